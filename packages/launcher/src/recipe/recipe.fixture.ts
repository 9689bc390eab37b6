import type { TextFile } from '@reprise/config-file'
import { parseRecipe } from './examine-recipe.ts'
import type { Recipe } from './recipe.ts'

/** A whole recipe with these lines for its server's command, each indented by two. */
export function recipeWith(serverLines: readonly string[], options: RecipeText = {}): Recipe {
  return parseRecipe([recipeText(serverLines, options), ...(options.bases ?? [])])
}

interface RecipeText {
  /** Lines at the top level, beside title, engine and server. */
  readonly lines?: readonly string[]
  readonly engine?: string
  readonly bases?: readonly TextFile[]
}

function recipeText(serverLines: readonly string[], { lines = [], engine = 'other' }: RecipeText): TextFile {
  const text = [
    'title: For a test',
    `engine: ${engine}`,
    ...lines,
    'server:',
    '  health-path: /health',
    '  deadlines-s: { start: 1, load: 1, ready: 1, warm: 1 }',
    ...serverLines.map((line) => `  ${line}`),
    '',
  ].join('\n')
  return { file: 'benchmarks/test.yaml', text }
}

/** A row of August, agentic, with these values instead. */
export function rowWith(values: Record<string, string | number | boolean | { name: string }> = {}) {
  const row = {
    ...{ image: 'x/y:1', model: 'org/model', 'model-prefix': 'm', precision: 'fp8', framework: 'other' },
    ...{ runner: 'cluster:local', tp: 2, pp: 1, 'dcp-size': 1, 'pcp-size': 1, ep: 1, 'dp-attn': false },
    ...{ 'spec-decoding': 'none', conc: 16, 'kv-offloading': 'none', 'total-cpu-dram-gb': 0, duration: 3600 },
    ...{ 'scenario-type': 'agentic-coding', 'exp-name': 'm_tp2' },
    ...values,
  }
  return { configKey: 'm-fp8-local-other', row, gpus: 2 }
}
