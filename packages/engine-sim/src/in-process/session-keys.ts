import type { PlannedRequest } from '@reprise/replay-engine'
import { PromptKeys } from './prompt-keys.ts'

interface LanePlay {
  readonly play: number
  readonly sessions: Map<string, PromptKeys>
}

/** The prompt keys of the sessions in flight. A lane's are dropped when its next play begins, so their number is bounded by the lanes. */
export class SessionKeys {
  readonly #blockSize: number
  readonly #lanes = new Map<number, LanePlay>()

  /** `blockSize`: tokens per KV block. */
  constructor(blockSize: number) {
    this.#blockSize = blockSize
  }

  /** Content keys of all full KV blocks of a request's prompt. */
  of(request: PlannedRequest): Float64Array {
    const { sessions } = this.#playOf(request)
    const { blockSize, seed, scope, common, system } = request.prompt
    const session = `${request.sessionIndex}/${blockSize}/${seed}/${scope}${common ? `/${common.scope}` : ''}${system ? `/${system.scope}` : ''}`
    let keys = sessions.get(session)
    if (!keys) {
      keys = new PromptKeys(request.prompt, this.#blockSize)
      sessions.set(session, keys)
    }
    return keys.of(request.prompt)
  }

  /** A straggler of an earlier play is served from the play that the lane is at. */
  #playOf({ lane, play }: PlannedRequest): LanePlay {
    const current = this.#lanes.get(lane)
    if (current && current.play >= play) return current
    const next: LanePlay = { play, sessions: new Map() }
    this.#lanes.set(lane, next)
    return next
  }
}
