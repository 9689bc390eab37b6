import {
  Deployment,
  type EngineConfig,
  predictedEngine,
  RooflineError,
  type ServingSettings,
} from '@reprise/engine-sim/core'
import { printable } from '@reprise/safe-text'
import { InvalidArgumentError } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { hyphened, parseSettings } from './parse-settings.ts'

const places = {
  model: 'model',
  gpu: 'gpu',
  precision: 'precision',
  tp: 'tensorParallel',
  dp: 'dataParallel',
  ep: 'expertParallel',
  pp: 'pipelineParallel',
  kvFormat: 'kvFormat',
} as const satisfies Readonly<Record<string, keyof Deployment>>

const settings = {
  memoryShare: { least: 0.01, most: 1 },
  maxSequences: { least: 1 },
  tokensPerStep: { least: 1 },
  maxModelLen: { least: 1 },
  blockSize: { least: 1 },
  prefixCaching: undefined,
} as const satisfies Readonly<Record<string, { readonly least: number; readonly most?: number } | undefined>>

const worded = ['model', 'gpu', 'precision', 'kvFormat']

/** For help: the keys that there are. */
export const deploymentKeys = [...Object.keys(places), ...Object.keys(settings)].map(hyphened).join(', ')

/**
 * A model on GPUs as an engine, of `FRAMEWORK:key=value,...`: `vllm:model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8`. What is not said is the framework's
 * default, and the precision bf16. Undefined for a text that does not begin like that.
 *
 * @throws UsageError for keys and values that are none, a model or GPU that is not known, a model that does not fit or cannot be divided so.
 */
export function deployedEngine(text: string): EngineConfig | undefined {
  const [, framework, rest] = /^(vllm|sglang|trtllm):(.*)$/s.exec(text) ?? []
  if (framework === undefined || rest === undefined) return undefined
  try {
    const given = parseSettings(rest, framework, [...Object.keys(places), ...Object.keys(settings)], worded)
    const deployment = deploymentOf(given, framework)
    const engine = predictedEngine(deployment, servingSettings(given))
    const { dataParallel = 1 } = deployment
    return dataParallel > 1 ? { ...engine, dataParallelSize: dataParallel } : engine
  } catch (error) {
    if (error instanceof RooflineError || error instanceof InvalidArgumentError)
      throw new UsageError(printable(`--engine ${text}: ${error.message}`, 800))
    throw error
  }
}

type Given = Readonly<Record<string, number | boolean | string>>

function deploymentOf(given: Given, framework: string): Deployment {
  const named = Object.entries(places).flatMap(([key, name]) => (given[key] === undefined ? [] : [[name, given[key]]]))
  const missing = (['model', 'gpu'] as const).find((key) => given[key] === undefined)
  if (missing !== undefined)
    throw new InvalidArgumentError(
      `say which ${missing === 'gpu' ? 'GPU' : missing}: ${framework}:model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8.`,
    )
  const parsed = Deployment.safeParse({ precision: 'bf16', tensorParallel: 1, ...Object.fromEntries(named), framework })
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  const [key] = Object.entries(places).find(([, name]) => name === path[0]) ?? [String(path[0])]
  throw new InvalidArgumentError(
    `${hyphened(key)}: ${worded.includes(key) ? message : 'a whole number of GPUs, from 1 on'}.`,
  )
}

function servingSettings(given: Given): ServingSettings {
  const { prefixCaching, ...rest } = Object.fromEntries(
    Object.entries(given).filter(([key]) => Object.hasOwn(settings, key)),
  )
  for (const [key, value] of Object.entries(rest)) checkNumber(key as keyof typeof settings, value)
  if (prefixCaching !== undefined && typeof prefixCaching !== 'boolean')
    throw new InvalidArgumentError('Write prefix-caching=true or false.')
  return { ...rest, ...(prefixCaching !== undefined && { enablePrefixCaching: prefixCaching }) }
}

function checkNumber(key: keyof typeof settings, value: unknown): void {
  const { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number } = settings[key] ?? { least: 0 }
  const isWhole = most > 1
  if (typeof value === 'number' && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return
  throw new InvalidArgumentError(
    isWhole
      ? `${hyphened(key)} is a whole number from ${least} on.`
      : `${hyphened(key)} lies between ${least} and ${most}.`,
  )
}
