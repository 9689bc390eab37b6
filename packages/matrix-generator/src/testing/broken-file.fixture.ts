/** A master or runners file with one mistake. `▸` stands right before the line and column that the message must name. */
export interface BrokenFile {
  readonly name: string
  readonly text: string
  /** Which of the two files is broken; the other one is whole. Default master. */
  readonly file?: 'runners'
  /** The code of the problem at the marked place. */
  readonly code: string | RegExp
}
