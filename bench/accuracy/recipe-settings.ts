import type { Deployment, ServingSettings } from '@reprise/engine-sim/core'

/** Settings of a server that decide what its steps hold. */
export interface RecipeSettings extends ServingSettings {
  /** Decode steps for which new prompts are held back so that more of them are computed together, on the average. */
  readonly heldSteps?: number
}

/** What a recipe's settings depend on beside the deployment. */
export interface RecipeLoad {
  /** Date of the measurement; of rows that say none, empty. */
  readonly measured: string
  /** Of the framework, likewise. */
  readonly version: string
  readonly concurrency: number
  readonly inputTokens: number
  readonly outputTokens: number
}

type Recipe = readonly [
  names: RegExp,
  settings: (load: RecipeLoad & { readonly deployment: Deployment }) => RecipeSettings,
]

const chunks = (tokens: number) => ({ tokensPerStep: tokens, maxPrefillTokens: tokens })
/** Requests are read every 30 decode steps from 16 of them on, else every 10. */
const relaxed = ({ concurrency }: RecipeLoad) => ({ recvInterval: concurrency >= 16 ? 30 : 10 })
const twiceTheInput = ({ inputTokens }: RecipeLoad) => ({ tokensPerStep: 2 * inputTokens })
const isBefore = ({ measured }: RecipeLoad, date: string) => measured !== '' && measured < date

/**
 * The recipes of InferenceX, by model, precision, GPU and framework; the first that matches.
 *
 * Source: `benchmarks/` of SemiAnalysisAI/InferenceX (Apache-2.0), September 2025 to April 2026, each as it was when its rows were measured. Flags that
 * limit requests are left out: rows of the same recipes go beyond them.
 */
const recipes: readonly Recipe[] = [
  [/^deepseek-\S+ fp4 \S+ sglang$/, (load) => ({ tokensPerStep: 16_384, memoryShare: 0.85, ...relaxed(load) })],
  [
    /^deepseek-\S+ fp8 b[23]00 sglang$/,
    (load) =>
      load.deployment.tensorParallel === 4
        ? { ...chunks(8192), memoryShare: 0.95, recvInterval: 10 }
        : { ...chunks(32_768), memoryShare: 0.82, ...relaxed(load) },
  ],
  [/^deepseek-\S+ fp8 h200 sglang$/, () => ({ ...chunks(32_768), memoryShare: 0.82 })],
  [
    /^glm-5\S* fp4 \S+ sglang$/,
    (load) =>
      isBefore(load, '2026-04-09')
        ? { tokensPerStep: 131_072, memoryShare: 0.8 }
        : { ...chunks(32_768), memoryShare: 0.9, recvInterval: 10 },
  ],
  [/^glm-5\S* fp8 b[23]00 sglang$/, () => ({ ...chunks(32_768), memoryShare: 0.85 })],
  [/^glm-5\S* fp8 h200 sglang$/, () => ({ memoryShare: 0.85 })],
  [
    /^qwen3\.5\S* fp8 b300 sglang$/,
    (load) =>
      isBefore(load, '2026-04-17')
        ? { ...chunks(32_768), memoryShare: 0.82, ...relaxed(load) }
        : { ...chunks(16_384), memoryShare: 0.8, recvInterval: 10 },
  ],
  [/^qwen3\.5\S* \S+ b[23]00 sglang$/, (load) => ({ ...chunks(32_768), memoryShare: 0.82, ...relaxed(load) })],
  [/^qwen3\.5\S* fp8 h200 sglang$/, () => ({ tokensPerStep: 16_384, memoryShare: 0.8 })],
  [/^minimax-m2\.5\S* \S+ b[23]00 vllm$/, twiceTheInput],
  [/^llama-3\.1-70b\S* \S+ \S+ trtllm$/, (load) => ({ tokensPerStep: 16_384, heldSteps: batchWaitSteps(load) })],
  [/^gpt-oss-\S+ \S+ \S+ trtllm$/, () => ({ tokensPerStep: 20_000 })],
  [/^deepseek-\S+ \S+ \S+ trtllm$/, (load) => ({ tokensPerStep: deepSeekTokens(load), heldSteps: balanceSteps(load) })],
]

/** Of the recipe that a row was measured with, as far as it is known; else nothing. */
export function recipeSettings(deployment: Deployment, load: RecipeLoad): RecipeSettings {
  const [name, told] = [namesOf(deployment), { ...load, deployment }]
  const drafts = drafting.find(([names, , ofRecipe]) => names.test(name) && ofRecipe(told))?.[1](told)
  return {
    ...recipes.find(([names]) => names.test(name))?.[1](told),
    ...(drafts && { speculation: acceptedOf(drafts) }),
  }
}

type Told = Parameters<Recipe[1]>[0]

/**
 * Recipes that draft, though a table of their rows does not say so: how many tokens, and which rows only they can be of. They are the configurations of InferenceX whose names end in `-mtp`;
 * where one without drafts covers the same point in the same version, rows are taken to be of that.
 */
const drafting: readonly (readonly [
  names: RegExp,
  draftTokens: (row: Told) => number,
  ofRecipe: (row: Told) => boolean,
])[] = [
  // The image of the others is v0.5.9-cu130-amd64, and spreads experts or takes eight GPUs.
  [
    /^qwen3\.5\S* fp8 b[23]00 sglang$/,
    () => 3,
    ({ version, deployment: { tensorParallel, expertParallel = 1 } }) =>
      version === '0.5.9' && tensorParallel === 4 && expertParallel === 1,
  ],
  // The others went on to 1.2.0rc6.post2, and had been measured with 1.1.0rc2.post2 in December.
  [
    /^deepseek-r1\S* fp[48] b200 trtllm$/,
    ({ deployment: { dataParallel = 1 } }) => (dataParallel > 1 ? 1 : 3),
    ({ version, measured }) =>
      version === '1.2.0rc6.post3' || (version === '1.1.0rc2.post2' && measured >= '2026-01-14'),
  ],
]

/**
 * What comes of drafts: a first one in 85 of 100 verifications, a second one after it in 30. No row tells its own.
 *
 * Source: `nextn_accept_rates` of AIConfigurator's examples (Apache-2.0).
 */
function acceptedOf(draftTokens: number) {
  const rates = [0.85, 0.85 * 0.3, ...Array<number>(30).fill(0)].slice(0, draftTokens)
  return { numSpeculativeTokens: draftTokens, syntheticAcceptanceRates: rates }
}

/**
 * Recipes that start no ranks, whatever a table of their rows says: vLLM without `--data-parallel-size`; of Kimi without `--enable-expert-parallel` too. Rows of the same points that
 * say so and rows that do not were measured to the same hundredth of a millisecond.
 */
const withoutRanks: readonly (readonly [names: RegExp, spreadsExperts: boolean])[] = [
  [/^kimi-k2\.5\S* \S+ \S+ vllm$/, false],
  [/^minimax-m2\.5\S* fp8 \S+ vllm$/, true],
]

/** How a recipe puts the GPUs of a row together: as the row says, but for ranks that the recipe does not start. */
export function recipeTopology(deployment: Deployment): Deployment {
  const { tensorParallel, dataParallel = 1, expertParallel = 1 } = deployment
  const found = withoutRanks.find(([names]) => names.test(namesOf(deployment)))
  if (!found) return deployment
  return {
    ...deployment,
    tensorParallel: tensorParallel * dataParallel,
    dataParallel: 1,
    expertParallel: found[1] ? expertParallel : 1,
  }
}

function namesOf({ model, precision, gpu, framework }: Deployment): string {
  return `${model.replace(/^.*\//, '')} ${precision} ${gpu} ${framework}`.toLowerCase()
}

/** `batch_wait_timeout_iters: 20` on fewer than 8 GPUs, 1,024 tokens in and out: a lone prompt never reaches the nine tenths of the budget that end the wait. */
function batchWaitSteps({ deployment, inputTokens, outputTokens }: Parameters<Recipe[1]>[0]): number {
  return inputTokens === 1024 && outputTokens === 1024 && deployment.tensorParallel < 8 ? 20 : 0
}

/** `max_num_tokens`: the concurrency and one input, rounded up to 64; from 2026-01-21 on at least 8,192. */
function deepSeekTokens(load: RecipeLoad): number {
  const tokens = 64 * Math.floor((load.concurrency + load.inputTokens + 64 + 63) / 64)
  return isBefore(load, '2026-01-21') ? tokens : Math.max(8192, tokens)
}

/**
 * `enable_balance` with `timeout_iters: 60`: ranks begin prompts when each of them has one, or after 60 steps. The first waits so long, and those that come meanwhile, one in so
 * many steps, for what is left.
 */
function balanceSteps({ deployment, concurrency, outputTokens }: Parameters<Recipe[1]>[0]): number {
  const { dataParallel = 1 } = deployment
  if (dataParallel === 1) return 0
  const perStep = concurrency / outputTokens
  const longest = Math.min(60, dataParallel / perStep)
  const waiting = 1 + longest * perStep
  return (longest * (waiting + 1)) / (2 * waiting)
}
