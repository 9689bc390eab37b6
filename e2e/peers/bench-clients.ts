import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { saidWords, wordOf } from '../../packages/engine-sim/src/http/words.ts'
import type { Peer } from './installed-peer.ts'
import type { PackageFiles } from './package-files.ts'

/** What every client is asked for. */
export const load = { requests: 24, lanes: 4, inputTokens: 256, outputTokens: 32 } as const

/** What a client told of a run; latencies are medians. */
export interface Told {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly ttftMs: number
  readonly tpotMs: number
}

/** Runs a load against a server; `name` is for its files. */
export type BenchClient = (options: { readonly url: string; readonly name: string }) => Promise<Told>

const model = 'reprise-sim'

/** A folder with what all clients take: a tokenizer to which a word of the embedded model is a token, and prompts of such words. */
export function writeClientFiles(peer: Peer, folder: string): { tokenizer: string; prompts: string } {
  const words = Array.from({ length: saidWords }, (_, id) => wordOf(id)!)
  const [tokenizer, list, prompts] = ['tokenizer', 'words.txt', 'prompts.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(list, words.join('\n'))
  peer.run('word_tokenizer.py', tokenizer, list)
  const { requests, inputTokens, outputTokens } = load
  const lines = Array.from({ length: requests }, (_, request) => {
    const text = Array.from({ length: inputTokens }, (_, at) => words[(request * 4_099 + at * 97) % words.length])
    // One name for AIPerf, the other for GuideLLM.
    return JSON.stringify({ text: text.join(' '), prompt: text.join(' '), output_tokens_count: outputTokens })
  })
  writeFileSync(prompts, `${lines.join('\n')}\n`)
  return { tokenizer, prompts }
}

interface Place {
  readonly folder: string
  readonly tokenizer: string
  readonly prompts: string
}

/** `vllm bench serve` for one of its backends. */
export function vllmClient(
  python: Peer,
  { folder: files }: PackageFiles,
  backend: string,
  { folder, tokenizer }: Place,
): BenchClient {
  const endpoints: Record<string, string> = {
    openai: '/v1/completions',
    'openai-chat': '/v1/chat/completions',
    'openai-responses': '/v1/responses',
  }
  return async ({ url, name }) => {
    const target = ['--backend', backend, '--endpoint', endpoints[backend]!, '--base-url', url, '--model', model]
    const prompts = ['--dataset-name', 'random', ...lengths(), '--ignore-eos', '--tokenizer', tokenizer]
    const out = ['--save-result', '--result-dir', folder, '--result-filename', `${name}.json`, '--disable-tqdm']
    await python.command('python', [script, 'vllm', files, ...target, ...prompts, ...size(), ...out])
    return toldInOneObject(readJson(join(folder, `${name}.json`)))
  }
}

/** SGLang's `bench_serving` for one of its backends. It warms up with one request, which is not in what it tells. */
export function sglangClient(
  python: Peer,
  { folder: files }: PackageFiles,
  backend: string,
  { folder, tokenizer }: Place,
): BenchClient {
  return async ({ url, name }) => {
    const target = ['--backend', backend, '--base-url', url, '--model', model]
    const random = ['--dataset-name', 'random-ids', ...lengths(), '--random-range-ratio', '1', '--tokenizer', tokenizer]
    const out = ['--output-file', join(folder, `${name}.jsonl`), '--disable-tqdm']
    await python.command('python', [script, 'sglang', files, ...target, ...random, ...size(), ...out])
    return toldInOneObject(readJson(join(folder, `${name}.jsonl`)))
  }
}

/** Cached tokens, as SGLang's client tells them with `--cache-report` of eight prompts, four and four of which begin alike. */
export async function sglangCacheReport(
  python: Peer,
  { folder: files }: PackageFiles,
  backend: string,
  { url, folder, tokenizer }: Place & { readonly url: string },
): Promise<number> {
  const target = ['--backend', backend, '--base-url', url, '--model', model, '--tokenizer', tokenizer]
  const groups = ['--dataset-name', 'generated-shared-prefix', '--gsp-num-groups', '2', '--gsp-prompts-per-group', '4']
  const sizes = ['--gsp-system-prompt-len', '256', '--gsp-question-len', '32', '--gsp-output-len', '8']
  const out = join(folder, `cache-${backend}.jsonl`)
  const rest = ['--max-concurrency', '2', '--cache-report', '--output-file', out, '--disable-tqdm']
  await python.command('python', [script, 'sglang', files, ...target, ...groups, ...sizes, ...rest])
  return (readJson(out) as { cache_report: { total_cached_tokens: number } }).cache_report.total_cached_tokens
}

/** `aiperf profile`. */
export function aiperfClient(aiperf: Peer, endpoint: string, { folder, tokenizer, prompts }: Place): BenchClient {
  return async ({ url, name }) => {
    const target = [
      '--model',
      model,
      '--url',
      url,
      '--endpoint-type',
      endpoint,
      '--streaming',
      '--tokenizer',
      tokenizer,
    ]
    const data = ['--input-file', prompts, '--custom-dataset-type', 'single_turn', '--osl', `${load.outputTokens}`]
    const extra = [
      '--extra-inputs',
      'ignore_eos:true',
      '--request-count',
      `${load.requests}`,
      '--concurrency',
      `${load.lanes}`,
    ]
    const out = ['--output-artifact-dir', join(folder, name), '--ui', 'none']
    await aiperf.command('aiperf', ['profile', ...target, ...data, ...extra, ...out])
    const told = readJson(join(folder, name, 'profile_export_aiperf.json')) as Record<
      string,
      Record<'avg' | 'p50', number>
    >
    return {
      requests: told.request_count!.avg,
      inputTokens: told.total_isl!.avg,
      outputTokens: told.total_osl!.avg,
      ttftMs: told.time_to_first_token!.p50,
      tpotMs: told.inter_token_latency!.p50,
    }
  }
}

/** `guidellm run`. */
export function guidellmClient(guidellm: Peer, { folder, tokenizer, prompts }: Place): BenchClient {
  return async ({ url, name }) => {
    const file = join(folder, `${name}.json`)
    const target = ['--backend', `kind=openai_http,target=${url},model=${model}`]
    const data = ['--data', `kind=json_file,path=${prompts}`, '--tokenizer', `kind=hf_auto,model=${tokenizer}`]
    const profile = ['--profile', `kind=concurrent,streams=${load.lanes}`]
    const bound = ['--constraint', `kind=max_requests,count=${load.requests}`]
    const out = ['--output', `kind=json,path=${file}`, '--disable-console']
    await guidellm.command('guidellm', ['run', ...target, ...data, ...profile, ...bound, ...out])
    const { metrics } = (readJson(file) as { benchmarks: [{ metrics: GuidellmMetrics }] }).benchmarks[0]
    return {
      requests: metrics.request_totals.successful,
      inputTokens: metrics.prompt_token_count.successful.total_sum,
      outputTokens: metrics.output_token_count.successful.total_sum,
      ttftMs: metrics.time_to_first_token_ms.successful.median,
      tpotMs: metrics.inter_token_latency_ms.successful.median,
    }
  }
}

type Distribution = Readonly<Record<'successful', Record<'median' | 'total_sum', number>>>
interface GuidellmMetrics {
  readonly request_totals: Readonly<Record<'successful', number>>
  readonly prompt_token_count: Distribution
  readonly output_token_count: Distribution
  readonly time_to_first_token_ms: Distribution
  readonly inter_token_latency_ms: Distribution
}

const script = join(import.meta.dirname, 'bench_client.py')

function lengths(): string[] {
  return ['--random-input-len', `${load.inputTokens}`, '--random-output-len', `${load.outputTokens}`]
}

function size(): string[] {
  return ['--num-prompts', `${load.requests}`, '--max-concurrency', `${load.lanes}`]
}

/** vLLM's client, and SGLang's, which came from it. */
function toldInOneObject(value: unknown): Told {
  const told = value as Readonly<Record<string, number>>
  return {
    requests: told.completed!,
    inputTokens: told.total_input_tokens!,
    outputTokens: told.total_output_tokens!,
    ttftMs: told.median_ttft_ms!,
    tpotMs: told.median_tpot_ms!,
  }
}

/** SGLang writes a rate without bound as `Infinity`, which is none of JSON's numbers. */
function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8').replaceAll(': Infinity,', ': null,'))
}
