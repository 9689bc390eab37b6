import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type JobField, viewJob } from '@reprise/matrix-generator'
import { describe, expect, test } from 'vitest'
import { checkJobs, type RecipeJob } from './check-jobs.ts'
import { explainRecipe } from './explain-recipe.ts'
import { ourJobs, ourRecipe, ourRecipeFiles } from './our-recipes.fixture.ts'
import { quoteCommand } from './quote-words.ts'
import { renderServerCommand } from './render-command.ts'

const jobsByRecipe = ourJobs()
const golden = join(import.meta.dirname, '../../golden/recipes')

function jobsOf(file: string): readonly RecipeJob[] {
  return jobsByRecipe.get(file) ?? []
}

describe.each(ourRecipeFiles)('%s', (file) => {
  const name = file.slice('benchmarks/'.length, -'.yaml'.length)

  test('every server that our configurations start from it is the golden one', async () => {
    const { shapes } = explainRecipe(ourRecipe(file), jobsOf(file))
    const texts = shapes.map(({ configKey, job, gpus, concurrencies, processes }) => {
      const view = viewJob({ job, gpus })
      const fields = ['scenario-type', 'isl', 'osl', 'tp', 'ep', 'kv-offloading', 'total-cpu-dram-gb'] as const
      const values = fields.flatMap((field) => (view.has(field) ? [`${field} ${view.get(field)}`] : []))
      const head = `# ${configKey}: ${values.join(', ')}, ${gpus} GPUs; conc ${concurrencies[0]} of ${concurrencies.join(' ')}\n`
      const commands = processes.map(({ role, count, argv, env }) => {
        return `${processes.length === 1 ? '' : `# ${role} x ${count}\n`}${quoteCommand(argv, env)}\n`
      })
      return `${head}${commands.join('')}`
    })
    expect(texts.length).toBeGreaterThan(0)
    await expect(texts.join('\n')).toMatchFileSnapshot(join(golden, `${name}.txt`))
  })

  test('it starts each of its jobs, and ignores nothing that they ask for', () => {
    expect(checkJobs(ourRecipe(file), jobsOf(file))).toEqual([])
  })
})

// A golden file that is missing fails above, or is written: at the end of the run, so that it is not asked for here.
test('there is no golden file without a recipe', () => {
  const names = ourRecipeFiles.map((file) => file.slice('benchmarks/'.length).replace('.yaml', '.txt'))
  expect(readdirSync(golden).filter((name) => !names.includes(name))).toEqual([])
})

/** Flags and variables of the agentic recipes of the pull request, upstream's names; the row's values are those of the job. */
interface Upstream {
  readonly flags: Readonly<Record<string, string | number | true>>
  readonly env: Readonly<Record<string, string>>
  /** Only with KV offloading to DRAM. */
  readonly dram?: Pick<Upstream, 'flags' | 'env'>
}

const sglang = { 'enable-metrics': true } as const

const hopper: Upstream = {
  flags: {
    'async-scheduling': true,
    'max-cudagraph-capture-size': 2048,
    'max-model-len': 131072,
    'gpu-memory-utilization': 0.9,
    'tensor-parallel-size': 'TP',
    'max-num-seqs': 'CONC',
  },
  env: { VLLM_MXFP4_USE_MARLIN: '1' },
  dram: {
    flags: {
      kv_offloading_backend: 'native',
      kv_offloading_size: 'TOTAL_CPU_DRAM_GB',
      'no-disable-hybrid-kv-cache-manager': true,
    },
    env: { VLLM_USE_SIMPLE_KV_OFFLOAD: '1' },
  },
}

// Left out: HSA_NO_SCRATCH_RECLAIM and HIP_VISIBLE_DEVICES, which are facts of a host and stand in its profile.
const instinct: Upstream = {
  flags: {
    'attention-backend': 'ROCM_AITER_UNIFIED_ATTN',
    'compilation-config.pass_config.fuse_rope_kvcache': 'true',
    'compilation-config.use_inductor_graph_partition': 'true',
    'tensor-parallel-size': 'TP',
    'gpu-memory-utilization': 0.85,
    'max-model-len': 131072,
    'max-num-seqs': 'CONC',
    'block-size': 64,
    'kv-cache-dtype': 'fp8',
  },
  env: { AMDGCN_USE_BUFFER_OPS: '0', VLLM_ROCM_USE_AITER: '1', VLLM_ROCM_QUICK_REDUCE_QUANTIZATION: 'INT4' },
  dram: {
    flags: {
      kv_offloading_backend: 'native',
      kv_offloading_size: 'TOTAL_CPU_DRAM_GB',
      'disable-hybrid-kv-cache-manager': true,
    },
    env: {},
  },
}

const upstream: Readonly<Record<string, Upstream>> = {
  'dsr1-fp4-b200-sglang': {
    flags: {
      ...sglang,
      'tensor-parallel-size': 'TP',
      'data-parallel-size': 1,
      'ep-size': 'EP_SIZE',
      'cuda-graph-max-bs': 'CONC',
      'max-running-requests': 'CONC',
      'mem-fraction-static': 0.85,
      'kv-cache-dtype': 'fp8_e4m3',
      'chunked-prefill-size': 16384,
      quantization: 'modelopt_fp4',
      'enable-flashinfer-allreduce-fusion': true,
      'scheduler-recv-interval': 5,
      'enable-symm-mem': true,
      'attention-backend': 'trtllm_mla',
      'moe-runner-backend': 'flashinfer_trtllm',
      'stream-interval': 10,
      'trust-remote-code': true,
    },
    env: { TORCH_CUDA_ARCH_LIST: '10.0' },
  },
  'dsr1-fp4-mi355x-sglang': {
    flags: {
      ...sglang,
      'tensor-parallel-size': 'TP',
      'chunked-prefill-size': 16384,
      'mem-fraction-static': 0.8,
      'num-continuous-decode-steps': 4,
      'cuda-graph-max-bs': 'CONC',
      'max-running-requests': 'CONC',
      'attention-backend': 'aiter',
      'kv-cache-dtype': 'fp8_e4m3',
    },
    env: { SGLANG_USE_AITER: '1', ROCM_QUICK_REDUCE_QUANTIZATION: 'INT4' },
  },
  'gptoss-fp4-h100-vllm': hopper,
  'gptoss-fp4-h200-vllm': hopper,
  'gptoss-fp4-mi300x-vllm': instinct,
  'gptoss-fp4-mi325x-vllm': instinct,
  'kimik2.5-fp4-b200-vllm': {
    flags: {
      'tensor-parallel-size': 'TP',
      'gpu-memory-utilization': 0.9,
      'max-model-len': 131072,
      'reasoning-parser': 'kimi_k2',
      'tool-call-parser': 'kimi_k2',
      'compilation-config.pass_config.fuse_allreduce_rms': 'true',
      'kv-cache-dtype': 'fp8',
      'max-cudagraph-capture-size': 2048,
      'stream-interval': 20,
    },
    env: {},
  },
}

/** What every server needs and the table of flags leaves out. */
const ofEveryServer: ReadonlySet<string> = new Set(['host', 'port', 'model-path'])

describe.each(Object.entries(upstream))('%s and the pull request', (name, { flags, env, dram }) => {
  const file = `benchmarks/${name}.yaml`
  const agentic = jobsOf(file).filter(({ job }) => job.scenario.kind === 'agentic-coding')

  test('each agentic job has its flags and variables and no others', () => {
    expect(agentic.length).toBeGreaterThan(0)
    for (const job of agentic) {
      const command = renderServerCommand(ourRecipe(file), job)
      const isDram = viewJob(job).get('kv-offloading') === 'dram'
      const wanted = isDram ? { ...flags, ...dram?.flags } : flags
      const expected = Object.entries(wanted).map(([flag, value]) => [flag, expectedValue(value, job)])
      const found = command.flags
        .filter(({ words }) => words.length > 0)
        .map(({ name: flag, words }) => [flag.replace(/^--/, ''), words[1] ?? true] as const)
        .filter(([flag]) => !ofEveryServer.has(flag))
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected))
      expect(command.env).toEqual(isDram ? { ...env, ...dram?.env } : env)
    }
  })
})

function expectedValue(value: string | number | true, job: RecipeJob): string | true {
  const fields: Readonly<Record<string, JobField>> = {
    TP: 'tp',
    EP_SIZE: 'ep',
    CONC: 'conc',
    TOTAL_CPU_DRAM_GB: 'total-cpu-dram-gb',
  }
  if (value === true) return true
  return String(typeof value === 'string' && Object.hasOwn(fields, value) ? viewJob(job).get(fields[value]!) : value)
}

test('the fixed-length sibling on B200 has no radix cache and graphs for 256', () => {
  const file = 'benchmarks/dsr1-fp4-b200-sglang.yaml'
  const fixed = jobsOf(file).find(({ job }) => job.scenario.kind === 'fixed-seq-len')!
  const { argv } = renderServerCommand(ourRecipe(file), fixed)
  expect(argv).toContain('--disable-radix-cache')
  expect(argv[argv.indexOf('--cuda-graph-max-bs') + 1]).toBe('256')
})

test('the disaggregated configuration says what is unknown', () => {
  expect(ourRecipe('benchmarks/dsr1-fp4-b200-dynamo-trt.yaml').unknown.length).toBeGreaterThan(0)
})

test('the simulated server answers with the name of the model that its rows ask for', () => {
  for (const job of jobsOf('benchmarks/sim-fp8-local-sim.yaml')) {
    const { argv } = renderServerCommand(ourRecipe('benchmarks/sim-fp8-local-sim.yaml'), job)
    const engine = argv[argv.indexOf('--engine') + 1]!
    const { model } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../..', engine), 'utf8'))
    expect(model).toBe(job.job.model)
  }
})
