import type { RequestRecord } from '@reprise/replay-engine'

/** As AIPerf tells an error; `null` where there is none. */
export interface ProfileError {
  /** An HTTP status, where one came. */
  readonly code?: number
  readonly type: string
  readonly message: string
}

/** AIPerf gives cancelled requests this status and this type. Source: AIPerf 0.13.0. */
const CANCELLED = { code: 499, type: 'RequestCancellationError' } as const

/** The class of our record is the type, which is what InferenceX counts errors by. */
export function profileErrorOf({ outcome }: RequestRecord): ProfileError | null {
  switch (outcome.kind) {
    case 'ok':
      return null
    case 'cancelled':
      return { ...CANCELLED, message: 'still running when the run ended' }
    case 'truncated':
      return { ...statusOf(outcome), type: 'context-overflow', message: outcome.message }
    case 'failed':
      return { ...statusOf(outcome), type: outcome.class, message: outcome.message }
  }
}

function statusOf({ status }: { readonly status?: number | undefined }): { code?: number } {
  return status === undefined ? {} : { code: status }
}
