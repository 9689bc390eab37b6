/** What other tools call a flag of ours. */
export interface OtherName {
  /** With or without a value. */
  readonly names: readonly string[]
  /** Ours; only commands that have it answer. */
  readonly flag: `--${string}`
  /** What to write instead; `VALUE` is what was given, else `example`. Absent: nothing, and `why` says so. */
  readonly write?: string
  readonly example?: string
  readonly why?: string
}

/**
 * Flags that users of other tools type; of several rows that a command could answer with, the first does.
 *
 * Source: `vllm bench serve --help` of vLLM 0.11, `aiperf profile --help` of AIPerf 0.13, `guidellm benchmark run --help` of GuideLLM 0.6, `python -m
 * sglang.bench_serving --help` of SGLang 0.5, `python -m inference_perf --help` of inference-perf 0.2.
 */
export const otherNames: readonly OtherName[] = [
  {
    names: ['--concurrency', '--max-concurrency', '--num-concurrent', '--num-clients', '--num-users', '--users', '-c'],
    flag: '--lanes',
    write: '--lanes VALUE',
    example: '8',
    why: 'a lane is an agent at work, and has its subagents beside it',
  },
  { names: ['--max-minutes'], flag: '--max-time', write: '--max-time VALUEm', example: '480' },
  { names: ['--concurrency', '--max-concurrency'], flag: '--conc', write: '--conc VALUE', example: '8' },
  {
    names: ['--request-rate', '--arrival-rate', '--qps', '--rps'],
    flag: '--rate',
    write: '--preset rate --rate VALUE',
    example: '1',
    why: 'a rate is of sessions, and not of requests',
  },
  {
    names: ['--request-rate-mode', '--burstiness', '--arrival-pattern'],
    flag: '--arrivals',
    write: '--arrivals poisson',

    why: 'constant, poisson, or gamma with its shape',
  },
  {
    names: ['--num-prompts', '--num-requests', '--request-count', '--num-prompt'],
    flag: '--max-requests',
    write: '--max-requests VALUE',
    example: '100',
    why: '--passes 1 plays every trace once',
  },
  {
    names: ['--benchmark-duration', '--max-seconds', '--max-duration', '--run-time'],
    flag: '--duration',
    write: '--duration VALUE',
    example: '10m',
  },
  {
    names: ['--dataset-path', '--dataset', '--data', '--input-file', '--trace', '--trace-file', '--corpus'],
    flag: '--traces',
    write: '--traces VALUE',
    example: 'PATH',
    why: "'reprise help traces' says what is read",
  },
  {
    names: ['--dataset-name', '--custom-dataset-type', '--public-dataset', '--data-type'],
    flag: '--traces',
    write: '--traces PATH',

    why: 'the first record of a file says its format',
  },
  {
    names: [
      ...['--random-input-len', '--random-input', '--input-len', '--input-tokens', '--prompt-tokens'],
      ...['--synthetic-input-tokens-mean', '--prompt-input-tokens-mean', '--input-sequence-length'],
    ],
    flag: '--isl',
    write: '--preset fixed-seq-len --isl VALUE',
    example: '8K',
  },
  {
    names: [
      ...['--random-output-len', '--random-output', '--output-len', '--output-tokens', '--max-tokens'],
      ...['--output-tokens-mean', '--prompt-output-tokens-mean', '--output-sequence-length'],
    ],
    flag: '--osl',
    write: '--preset fixed-seq-len --osl VALUE',
    example: '1K',
    why: 'replies of traces are as long as recorded',
  },
  {
    names: ['--random-range-ratio'],
    flag: '--range-ratio',
    write: '--range-ratio VALUE',
    example: '0.8',
    why: 'it is the shortest length as a share of the longest',
  },
  { names: ['--random-seed'], flag: '--seed', write: '--seed VALUE', example: '42' },
  {
    names: ['--max-model-len', '--context-length', '--max-context-length'],
    flag: '--max-context',
    write: '--max-context VALUE',
    example: '128K',
  },
  { names: ['--fixed-schedule'], flag: '--preset', write: '--preset fixed-schedule' },
  {
    names: ['--scenario', '--rate-type', '--profile-type', '--load-type'],
    flag: '--preset',
    write: '--preset NAME',
  },
  { names: ['--goodput'], flag: '--slo', write: '--slo ttft=2s,tpot=50ms' },
  {
    names: ['--num-warmups', '--warmup-requests', '--warmup-request-count', '--warmup-percent', '--warmup'],
    flag: '--warmup-limit',
    write: '--warmup-limit 30m',

    why: 'the preset says what warm-up is; the limit says how long it may last',
  },
  {
    names: ['--base-url', '--target', '--endpoint-url', '--server-url', '-u'],
    flag: '--url',
    write: '--url VALUE',
    example: 'http://gpu:8000',
  },
  { names: ['--host', '--port'], flag: '--url', write: '--url http://HOST:PORT' },
  {
    names: ['--endpoint', '--endpoint-type', '--backend', '--request-type', '--service-kind', '--request-format'],
    flag: '--api',
    write: '--api chat',

    why: 'or completions, or responses',
  },
  {
    names: ['--model-name', '--model-names', '--served-model-name', '-m'],
    flag: '--model',
    write: '--model VALUE',
    example: 'ID',
  },
  {
    names: ['--api-key', '--openai-api-key', '--token', '--auth-token'],
    flag: '--api-key-env',
    write: '--api-key-env MY_KEY',

    why: 'a command line is kept and shown, so it names the variable that holds the key; OPENAI_API_KEY is read without a flag',
  },
  { names: ['--headers', '-H'], flag: '--header', write: "--header 'X-Team: search'" },
  {
    names: ['--extra-inputs', '--extra-request-body', '--backend-kwargs'],
    flag: '--extra-body',
    write: `--extra-body '{"top_p":0.9}'`,
  },
  {
    names: ['--streaming', '--stream'],
    flag: '--api',

    why: 'replies are always streamed',
  },
  {
    names: ['--ignore-eos', '--disable-ignore-eos'],
    flag: '--output-length',
    write: '--output-length natural',

    why: 'where replies may end by themselves; else they are as long as recorded',
  },
  { names: ['--ignore-eos'], flag: '--lanes', why: 'replies are as long as recorded' },
  {
    names: ['--request-timeout', '--request-timeout-seconds', '--timeout-seconds'],
    flag: '--timeout',
    write: '--timeout VALUE',
    example: '15m',
  },
  {
    names: ['--insecure-skip-verify', '--no-verify-ssl', '--skip-tls-verify', '-k'],
    flag: '--insecure',
    write: '--insecure',
  },
  {
    names: ['--workers', '--num-workers', '--workers-max'],
    flag: '--processes',
    write: '--processes VALUE',
    example: 'auto',
  },
  { names: ['--num-gpus', '--gpu-count'], flag: '--gpus', write: '--gpus VALUE', example: '8' },
  {
    names: ['--percentile-metrics', '--metric-percentiles', '--percentiles'],
    flag: '--lanes',

    why: 'every result has p50, p75, p90, p95 and p99 of every metric',
  },
  {
    names: [
      '--result-dir',
      '--result-filename',
      '--output-dir',
      '--output-path',
      '--output',
      '--artifact-dir',
      '--output-artifact-dir',
      '-o',
    ],
    flag: '--out',
    write: '--out VALUE',
    example: 'runs/mine',
  },
  {
    names: ['--save-result', '--save-detailed'],
    flag: '--out',

    why: 'every run is kept, under runs/ or where --out says',
  },
  {
    names: ['--disable-tqdm', '--disable-progress', '--no-progress', '-q'],
    flag: '--quiet',
    write: '--quiet',
  },
  { names: ['--force', '-f'], flag: '--overwrite', write: '--overwrite' },
]

/** Commands of other tools, and the one of ours that does the same. */
export const otherCommands: Readonly<Record<string, string>> = {
  profile: 'replay --url http://gpu:8000',
  benchmark: 'replay --url http://gpu:8000',
  run: 'replay --url http://gpu:8000',
  sweep: 'replay --url http://gpu:8000 --lanes 8,16,32',
  generate: 'trace synth --out traces/',
  convert: 'trace convert PATH --to weka --out traces/',
  import: 'trace import PATH --out traces/',
  plot: 'report runs/',
  version: '--version',
}
