import { noWork, type StepDuration } from '../core/step-time/step-work.ts'
import type { MeasuredRequest } from '../logged-plan/measured-requests.ts'
import { columnsOf } from './linear-columns.ts'
import { type Entry, workOfEntries } from './work-of-entries.ts'

/** What of a scheduler decides which requests share a step, where memory does not. */
export interface StepLimits {
  readonly tokensPerStep: number
  readonly maxSequences: number
  /** A step is of prompts or of decodes, prompts first; else of both. */
  readonly isPrefillAlone: boolean
  /** The last token of a prompt is computed as the rest of it, also by itself; else as a decode. Default false. */
  readonly hasExtends?: boolean
}

/** What the steps that one request waited for count together, by the columns of the linear form. */
export interface RequestSteps {
  readonly request: MeasuredRequest
  /** From its arrival until the end of the step with the last of its prompt: of the step that was under way, what was left of it. */
  readonly toFirst: readonly number[]
  /** From there until its last token. */
  readonly toLast: readonly number[]
}

interface Live {
  readonly request: MeasuredRequest
  readonly arrivedAt: readonly number[]
  computed: number
  generated: number
  firstAt?: readonly number[]
}

/**
 * The steps that an engine would have made of the requests, each arriving when it was sent and `wayMs` later and finding in the cache what it found: who shared steps with whom is
 * not in records, and follows from what steps last. Memory is no limit. In the order of their ends.
 */
export function stepsOfRecords(
  requests: readonly MeasuredRequest[],
  limits: StepLimits,
  { stepMs, wayMs }: { readonly stepMs: StepDuration; readonly wayMs: number },
): RequestSteps[] {
  const coming = requests.toSorted((one, other) => one.sentMs - other.sentMs)
  const ended: RequestSteps[] = []
  let [waiting, running]: [Live[], Live[]] = [[], []]
  let next = 0
  let nowMs = 0
  let passed: readonly number[] = columnsOf(noWork).map(() => 0)
  while (next < coming.length || waiting.length > 0 || running.length > 0) {
    if (waiting.length === 0 && running.length === 0) nowMs = Math.max(nowMs, coming[next]!.sentMs + wayMs)
    for (; next < coming.length && coming[next]!.sentMs + wayMs <= nowMs; next += 1)
      waiting.push(liveOf(coming[next]!, passed))
    const entries = planStep(waiting, running, limits)
    running = [...running, ...waiting.filter((live) => entries.has(live))]
    waiting = waiting.filter((live) => !entries.has(live))
    const isExtend = ({ request, computed }: Live) => limits.hasExtends === true && computed < request.promptTokens
    const work = workOfEntries([...entries].map(([live, tokens]): Entry => [tokens, live.computed, isExtend(live)]))
    const [columns, ms] = [columnsOf(work), stepMs(work)]
    const after = passed.map((value, at) => value + columns[at]!)
    for (; next < coming.length && coming[next]!.sentMs + wayMs < nowMs + ms; next += 1) {
      // Of the step under way it waits for what is left.
      const share = (coming[next]!.sentMs + wayMs - nowMs) / ms
      waiting.push(
        liveOf(
          coming[next]!,
          passed.map((value, at) => value + share * columns[at]!),
        ),
      )
    }
    nowMs += ms
    passed = after
    for (const [live, tokens] of entries) {
      live.computed += tokens
      if (live.computed < live.request.promptTokens) continue
      live.generated += 1
      live.firstAt ??= passed
      if (live.generated < live.request.outputTokens) continue
      ended.push(stepsOf(live, live.firstAt, passed))
    }
    running = running.filter(({ generated, request }) => generated < Math.max(1, request.outputTokens))
  }
  return ended
}

function liveOf(request: MeasuredRequest, arrivedAt: readonly number[]): Live {
  return { request, arrivedAt, computed: Math.min(request.cachedTokens ?? 0, request.promptTokens - 1), generated: 0 }
}

function stepsOf({ request, arrivedAt }: Live, firstAt: readonly number[], lastAt: readonly number[]): RequestSteps {
  return {
    request,
    toFirst: firstAt.map((value, at) => value - arrivedAt[at]!),
    toLast: lastAt.map((value, at) => value - firstAt[at]!),
  }
}

/** How many tokens each request gets in the next step. */
function planStep(
  waiting: readonly Live[],
  running: readonly Live[],
  { tokensPerStep, maxSequences, isPrefillAlone }: StepLimits,
): Map<Live, number> {
  const left = ({ request, computed }: Live) => Math.max(1, request.promptTokens - computed)
  const isPrompt = ({ request, computed }: Live) => computed < request.promptTokens
  const admitted = waiting.slice(0, Math.max(0, maxSequences - running.length))
  const prompts = [...running.filter(isPrompt), ...admitted]
  const wanted = isPrefillAlone && prompts.length > 0 ? prompts : [...running, ...admitted]
  const entries = new Map<Live, number>()
  let budget = tokensPerStep
  for (const live of wanted) {
    if (budget === 0) break
    const tokens = Math.min(budget, left(live))
    entries.set(live, tokens)
    budget -= tokens
  }
  return entries
}
