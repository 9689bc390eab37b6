import { RecordError } from './parse-record.ts'

/** Which turn of which play a record is about; sessions and turns by index. */
export interface TurnAddress {
  readonly lane: number
  readonly play: number
  readonly sessionIndex: number
  readonly turn: number
  /** Of a turn that warm-up sends several times: which of those after the first it is, from 1. */
  readonly again?: number
}

/** The id of a request: `lane.play.session.turn`, and `+n` where warm-up sends the turn once more. */
export function renderAddress({ lane, play, sessionIndex, turn, again }: TurnAddress): string {
  return `${lane}.${play}.${sessionIndex}.${turn}${again === undefined ? '' : `+${again}`}`
}

/** @throws RecordError when the text is not the id of a request. */
export function parseAddress(id: string): TurnAddress {
  const [lane, play, sessionIndex, turn, again] = /^\d+(\.\d+){3}(\+\d+)?$/.test(id) ? id.split(/[.+]/).map(Number) : []
  if (lane === undefined || play === undefined || sessionIndex === undefined || turn === undefined)
    throw new RecordError('a record whose id is not lane.play.session.turn; read it with the version that wrote it')
  return { lane, play, sessionIndex, turn, ...(again !== undefined && { again }) }
}
