import { printable } from '@reprise/safe-text'

/** What an endpoint answered to questions about itself; absent is what it did not answer. */
export interface EngineAnswers {
  /** Of the model in `/v1/models`. */
  readonly ownedBy?: string
  /** The header `Server`. */
  readonly server?: string
  /** In `/version`. */
  readonly version?: string
  /** Of `/server_info` or `/get_server_info`. */
  readonly serverInfo?: Readonly<Record<string, unknown>>
  /** The text of `/metrics`. */
  readonly metrics?: string
}

interface NamedEngine {
  readonly name?: string
  readonly version?: string
  readonly isModel: boolean
  readonly signs: readonly string[]
}

interface Sign {
  readonly engine: string
  /** In words, for the reader of the result. */
  readonly text: string
}

/** How the version of `reprise serve` ends: in `/version`, or in the `server_info` of a server with SGLang's manners. */
const modelVersion = /^[\w.]{1,40}\+reprise\.sim$/

/**
 * The engine that the answers name. One that stands before another, as Dynamo does, is named with it: `dynamo-vllm`. Without a name where
 * nothing says one, or where the answers contradict each other: the signs then say what was said.
 */
export function nameEngine(answers: EngineAnswers): NamedEngine {
  const { version, serverInfo } = answers
  if (isModelVersion(version)) return modelOf(version, `version ${version}`)
  const told = serverInfo?.version
  if (isModelVersion(told)) return modelOf(told, `server_info of SGLang, version ${told}`)
  const signs = signsIn(answers)
  const said = { isModel: false, signs: signs.map(({ text }) => text) }
  const engines = [...new Set(signs.map(({ engine }) => engine))]
  const behind = engines.filter((engine) => engine !== 'dynamo')
  if (engines.length === 0 || behind.length > 1) return said
  const own = ownVersion(behind[0], answers)
  return {
    ...said,
    name: [...(engines.includes('dynamo') ? ['dynamo'] : []), ...behind].join('-'),
    ...(own !== undefined && { version: own }),
  }
}

function modelOf(version: string, sign: string): NamedEngine {
  return { name: 'reprise-sim', version, isModel: true, signs: [sign] }
}

function isModelVersion(version: unknown): version is string {
  return typeof version === 'string' && modelVersion.test(version)
}

/**
 * Names that engines give themselves as owners of a model. Others, `openai` or `system`, stand for nothing.
 *
 * Source: the model cards of the engines' OpenAI routes.
 */
const byOwner: ReadonlyMap<string, string> = new Map([
  ['vllm', 'vllm'],
  ['sglang', 'sglang'],
  ['tensorrt_llm', 'tensorrt-llm'],
  ['llamacpp', 'llama.cpp'],
  ['lmdeploy', 'lmdeploy'],
  ['atom', 'atom'],
])

/** How the names of their metrics begin. Source: their exporters. */
const byMetric: Readonly<Record<string, string>> = {
  'vllm:': 'vllm',
  'sglang:': 'sglang',
  trtllm_: 'tensorrt-llm',
  'llamacpp:': 'llama.cpp',
  'lmdeploy:': 'lmdeploy',
  'atom:': 'atom',
  tgi_: 'tgi',
  dynamo_: 'dynamo',
}

const METRIC_LINE = /^(?:# (?:HELP|TYPE) )?([a-z]+[:_])/gm

function signsIn({ ownedBy, server, serverInfo, metrics }: EngineAnswers): Sign[] {
  const owner = byOwner.get(ownedBy?.toLowerCase() ?? '')
  const begun = new Set([...(metrics ?? '').matchAll(METRIC_LINE)].map(([, prefix]) => prefix!))
  const exporters = Object.entries(byMetric).filter(([prefix]) => begun.has(prefix))
  return [
    ...(owner === undefined ? [] : [{ engine: owner, text: `owned_by ${ownedBy}` }]),
    ...(serverInfo && 'internal_states' in serverInfo ? [{ engine: 'sglang', text: 'server_info of SGLang' }] : []),
    ...(serverInfo && 'vllm_config' in serverInfo ? [{ engine: 'vllm', text: 'server_info of vLLM' }] : []),
    ...exporters.map(([prefix, engine]) => ({ engine, text: `metrics ${prefix}` })),
    ...(server !== undefined && /^llama\.cpp/i.test(server) ? [{ engine: 'llama.cpp', text: `server ${server}` }] : []),
  ]
}

/** vLLM and TensorRT-LLM tell theirs by `/version`, SGLang in its `server_info`; any other answer may be of whatever stands before them. */
function ownVersion(engine: string | undefined, { version, serverInfo }: EngineAnswers): string | undefined {
  if (engine === 'vllm' || engine === 'tensorrt-llm') return version
  const told = engine === 'sglang' ? serverInfo?.version : undefined
  return typeof told === 'string' ? printable(told, 100) : undefined
}
