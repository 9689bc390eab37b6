import {
  type EngineConfig,
  type EngineFacts,
  engineFacts,
  gpus,
  models,
  publishedErrors,
} from '@reprise/engine-sim/core'
import { writeFileWhole } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import type { Command } from 'commander'
import { deploymentKeys } from '../options/deployed-engine.ts'
import { readEngine } from '../options/read-engine.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { examples, grouped, writeJson } from '../terminal/output.ts'

interface Options {
  readonly out?: string
  readonly json: boolean
}

/** `reprise engine describe`: what an engine that is named in a word comes to, and its description. */
export function registerDescribe(engine: Command, { io, setExitCode }: CommandContext): void {
  engine
    .command('describe')
    .description('Say what an engine comes to: memory, cache, what steps take; and write its description.')
    .argument(
      '<engine>',
      `vllm, sglang, trtllm, one of these with a model on GPUs (keys: ${deploymentKeys}), or a description (JSON)`,
    )
    .option('--out <file>', 'write the description, whole: what --engine of other commands reads')
    .option('--json', 'the description as JSON on stdout', false)
    .addHelpText('after', `\nModels: ${namesOf(models)}.\nGPUs: ${namesOf(gpus)}.`)
    .addHelpText(
      'after',
      examples(
        'npx reprise engine describe vllm:model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8',
        'npx reprise engine describe sglang:model=deepseek-r1,gpu=b200,tp=8,precision=fp4 --out engine.json',
        'npx reprise simulate --engine engine.json --lanes 64',
      ),
    )
    .action(async (named: string, { out, json }: Options) => {
      const described = await readEngine(named)
      const facts = engineFacts(described)
      if (out !== undefined) await writeFileWhole(out, `${JSON.stringify(described, undefined, 2)}\n`)
      if (json) writeJson(io, described)
      else io.stdout.write(render(described, facts))
      setExitCode(exitCodes.done)
    })
}

function namesOf(all: readonly { readonly name: string }[]): string {
  return all.map(({ name }) => name).join(', ')
}

function render(engine: EngineConfig, { cacheTokens, placed, steps }: EngineFacts): string {
  const { scheduler, dataParallelSize: ranks = 1 } = engine
  const { numBlocks, blockSize, maxModelLen } = scheduler
  const ofRank = ranks > 1 ? `, of each of ${ranks} ranks` : ''
  const lines: (readonly [string, string])[] = [
    ['model', printable(placed?.model ?? engine.model, 100)],
    ...(placed ? memoryLines(placed) : []),
    ['cache', `${grouped(cacheTokens)} tokens: ${grouped(numBlocks - 1)} blocks of ${blockSize}${ofRank}`],
    ['context', `${grouped(maxModelLen)} tokens`],
    ...steps.map(({ kind, count, context, ms }) => {
      const what = kind === 'decode' ? `decode of ${count} at ${grouped(context)}` : `prompt of ${grouped(count)}`
      return ['step', `${what}: ${ms.toFixed(ms < 10 ? 2 : 1)} ms`] as const
    }),
    ['error', errorOf(placed)],
  ]
  return lines.map(([name, text]) => `${name.padEnd(10)}${text}\n`).join('')
}

function memoryLines(placed: NonNullable<EngineFacts['placed']>): (readonly [string, string])[] {
  const { gpu, gpus, weightBytesPerGpu, memoryBytesPerGpu, cacheBytesPerToken } = placed
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
  return [
    ['on', `${gpus} x ${gpu}, ${gigabytes(memoryBytesPerGpu)} each`],
    ['weights', `${gigabytes(weightBytesPerGpu)} a GPU`],
    ['KV', `${grouped(Math.round(cacheBytesPerToken))} bytes a token`],
  ]
}

function errorOf(placed: EngineFacts['placed']): string {
  if (!placed) return 'as what the constants are from: docs/accuracy.md'
  if (!placed.calibrated) return `uncalibrated: nothing of ${placed.gpu} was measured, and no error is published`
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  return `median over measured points: TPOT ${percent(publishedErrors.tpot)}, TTFT ${percent(publishedErrors.ttft)} (docs/accuracy.md)`
}
