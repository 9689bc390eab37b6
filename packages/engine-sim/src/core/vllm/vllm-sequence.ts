import type { EngineRequest } from '../engine-request.ts'
import type { Sequence } from '../steps/sequence.ts'
import { BlockKeys } from './block-keys.ts'
import type { Holder } from './block-pool.ts'
import { HeldRuns } from './held-runs.ts'

/** A request inside vLLM's scheduler: how far it is and which blocks it holds. */
export class VllmSequence implements Sequence, Holder {
  readonly request: EngineRequest
  /** Output tokens at which it ends: as asked for, or where the model's context ends. */
  readonly outputLimit: number
  /** Output tokens at which it ends whatever they are. */
  readonly lengthLimit: number
  /** Output tokens so far; they count as input when the sequence has to be computed again. */
  generated = 0
  /** Tokens whose KV is in blocks, or will be when what is scheduled has been computed. */
  computed = 0
  /** Output tokens that are scheduled and not known yet, drafts included; of more than one step where steps are scheduled ahead. */
  pending = 0
  /** Of those, the ones that may turn out not to be. */
  pendingDrafts = 0
  /** Drafts to be verified with its next token. */
  drafts = 0
  /** Steps under way that were scheduled before it lost its blocks: their tokens still count. */
  stale = 0
  /** What has been planned of it ends before its tokens do; true while nothing has. */
  isPrefill = true
  readonly keys: BlockKeys
  /** What it holds: runs of leading blocks that have a content key, and so many blocks in all. */
  held = new HeldRuns()
  blockCount = 0
  /** Leading blocks that have a content key. */
  keyedBlocks = 0
  preemptions = 0
  /** Prompt tokens found in the cache at the first admission; absent before it. */
  cachedTokens: number | undefined = undefined
  /** Of those, the ones that came from the host's memory, and from disk. */
  hostTokens = 0
  diskTokens = 0
  /** Prompt tokens that it computes though the cache had them before. */
  recomputedTokens = 0
  /** It has finished or was aborted, and holds nothing, or what it keeps. */
  ended = false
  /** Its prompt is computed by another engine, and is not here yet. */
  isRemote: boolean
  /** Grows with each arrival. */
  readonly serial: number

  /** `serial` makes the keys of its own blocks unique: a number that no other sequence of the scheduler has. */
  constructor(request: EngineRequest, serial: number, maxModelLen: number) {
    this.request = request
    this.serial = serial
    this.isRemote = request.isRemote ?? false
    const room = Math.max(1, maxModelLen - request.promptTokens)
    this.outputLimit = Math.min(request.outputTokens, room)
    this.lengthLimit = Math.min(request.maxTokens ?? request.outputTokens, room)
    this.keys = new BlockKeys(request, serial)
  }

  /** Prompt and output so far, with what is pending. */
  get tokens(): number {
    return this.request.promptTokens + this.generated + this.pending
  }

  /** Of those, the ones of which the content is known. */
  get knownTokens(): number {
    return this.request.promptTokens + this.generated
  }

  /** What is pending is certain to bring its last token. */
  get isEnding(): boolean {
    return this.pending > 0 && this.generated + this.pending - this.pendingDrafts >= this.lengthLimit
  }

  /** It has lost its blocks, and is computed again; the tokens of so many steps under way still count. */
  restart(stale: number): void {
    this.stale = stale
    this.pending = 0
    this.pendingDrafts = 0
    this.drafts = 0
    this.computed = 0
    this.isPrefill = true
    this.preemptions += 1
  }
}
