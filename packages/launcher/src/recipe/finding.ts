import type { Problem } from '@reprise/config-file'

/** Something wrong at a path of the file; `atKey` shows the key and not its value. */
export interface Finding extends Pick<Problem, 'code' | 'message' | 'cure'> {
  readonly severity?: Problem['severity']
  readonly path: readonly PropertyKey[]
  readonly atKey?: boolean
  /** Of the character of the text that is shown; its first if nothing is said. */
  readonly offset?: number
}
