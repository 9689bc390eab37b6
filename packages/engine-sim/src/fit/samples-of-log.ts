import { z } from 'zod'
import { orderLog } from '../check/order-log.ts'
import { parseLoggedConfig } from '../check/parse-logged-config.ts'
import { isSglangConfig, parseSglangConfig } from '../check/parse-sglang-config.ts'
import { type LogLine, parseStepLog } from '../check/parse-step-log.ts'
import { quoted, StepLogError } from '../check/step-log-error.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import type { StepSample } from './step-sample.ts'
import { type Entry, workOfEntries } from './work-of-entries.ts'

/** What a step log says of its engine, and of the duration of its steps. */
export interface LoggedSteps {
  readonly scheduler: EngineConfig['scheduler']
  readonly samples: readonly StepSample[]
}

/**
 * The steps of a log with their durations, of vLLM or of SGLang: until the next step began where the engine went straight on, so that what it
 * does between two steps counts; else until its own end. Where steps overlap, from the end of the one before.
 *
 * @throws StepLogError where the log is none. @throws UnsupportedEngineConfig for settings that our schedulers have not.
 */
export function samplesOfLog(lines: Iterable<string>, file: string): LoggedSteps {
  const all = [...parseStepLog(lines, file)]
  const head = all.find((line) => line.kind === 'cfg')
  if (!head) throw new StepLogError(`${file}: no configuration; its first line is {"cfg": {...}}`)
  const place = `${file}:${head.line}`
  if (isSglangConfig(head.cfg)) {
    const { config } = parseSglangConfig(head.cfg, place)
    // It takes longer requests than it could always serve; the model takes those that it can.
    const maxModelLen = Math.min(config.maxModelLen, (config.numBlocks - 2) * config.blockSize)
    return { scheduler: { ...config, maxModelLen }, samples: ofSglang(all, file) }
  }
  const scheduler = parseLoggedConfig(head.cfg, place)
  const samples = scheduler.asyncScheduling ? overlapping(orderLog(all, file), file) : ofVllm(all, file)
  return { scheduler, samples }
}

const whole = z.int().nonnegative()

const VllmStep = z.object({
  t: z.number(),
  e: z.number().nonnegative(),
  u: z.number().optional(),
  run: z.array(z.tuple([z.string(), whole.min(1), whole]).rest(z.unknown())),
})

function ofVllm(lines: readonly LogLine[], file: string): StepSample[] {
  const steps = stepsOf(lines, VllmStep, file)
  return steps.map(({ t, e, run }, at) => {
    const next = steps[at + 1]
    const goesOn = next?.run.some(([id]) => run.some(([other]) => other === id))
    return { work: workOfEntries(run.map(entryOf)), ms: 1e3 * (goesOn ? next!.t - t : e) }
  })
}

function overlapping(lines: readonly LogLine[], file: string): StepSample[] {
  const steps = stepsOf(lines, VllmStep, file)
  return steps.flatMap(({ t, u, run }, at) => {
    const before = steps[at - 1]?.u
    if (u === undefined) return []
    return [{ work: workOfEntries(run.map(entryOf)), ms: 1e3 * (u - Math.max(t, before ?? t)) }]
  })
}

function entryOf([, tokens, before]: z.infer<typeof VllmStep>['run'][number]): Entry {
  return [tokens, before]
}

const SglangStep = z.discriminatedUnion('k', [
  z.object({
    k: z.literal('E'),
    dt: z.number().nonnegative(),
    run: z.array(z.tuple([z.string(), whole, whole, whole])),
  }),
  z.object({ k: z.literal('D'), dt: z.number().nonnegative(), run: z.array(z.string()) }),
])

/** Flags of an entry of an extend step: its request is admitted, or admitted again; more of its prompt follows. */
const [ADMITTED, NOT_LAST, BACK] = [1, 2, 4]

/**
 * A decode line names its requests alone, so what each has is counted along. What an extend step computes is a prompt, of one token too, but for
 * the tokens of requests that are past theirs, where it mixes those in.
 */
function ofSglang(lines: readonly LogLine[], file: string): StepSample[] {
  const had = new Map<string, number>()
  const decoding = new Set<string>()
  return stepsOf(lines, SglangStep, file).map((step) => {
    const entries: Entry[] = []
    if (step.k === 'D')
      for (const id of step.run) {
        entries.push([1, had.get(id) ?? 0])
        had.set(id, (had.get(id) ?? 0) + 1)
      }
    else
      for (const [id, tokens, before, flags] of step.run) {
        const isMixedIn = decoding.has(id) && (flags & (ADMITTED | BACK)) === 0
        if (tokens > 0) entries.push([tokens, before, !isMixedIn])
        had.set(id, before + tokens)
        if ((flags & NOT_LAST) === 0) decoding.add(id)
        else decoding.delete(id)
      }
    return { work: workOfEntries(entries), ms: step.dt / 1e3 }
  })
}

function stepsOf<T extends z.ZodType>(lines: readonly LogLine[], form: T, file: string): z.infer<T>[] {
  return lines.flatMap((line) => {
    if (line.kind !== 'step') return []
    const parsed = form.safeParse(line.logged)
    if (parsed.success) return [parsed.data]
    const { path, message } = parsed.error.issues[0]!
    throw new StepLogError(
      `${file}:${line.line}: ${quoted(path.join('.'))}: ${message}; a step has its instants and its run`,
    )
  })
}
