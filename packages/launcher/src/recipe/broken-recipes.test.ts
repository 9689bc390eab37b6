import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examineRecipe } from './examine-recipe.ts'

const file = 'benchmarks/my.yaml'

/** A recipe without a mistake; a broken one replaces one of its lines. */
const good = `title: A model on a chip
engine: vllm
extends: bases/small.yaml
image: vllm/vllm-openai:v0.25.0
links: ["https://example.org/recipe"]
minimum-versions: { vllm: "0.25.0" }
server:
  command: [vllm, serve, "\${model}"]
  flags:
    --port: \${port}
    --tensor-parallel-size: \${job.tp}
  env:
    LEVEL: INFO
  health-path: /health
  metrics-path: /metrics
  fatal-patterns: ["out of memory"]
  deadlines-s: { start: 10, load: 20, ready: 30, warm: 40 }
  when:
  - match: { kv-offloading: dram }
    flags:
      --offload: \${job.total-cpu-dram-gb}
evaluation:
  command: [lm_eval]
  flags:
    --url: \${url}
  deadline-s: 60
replay: { time-scale: 0.5 }
`

const small = { file: 'benchmarks/bases/small.yaml', text: 'server:\n  flags:\n    --seed: 1\n' }

function broken(
  line: number,
  text: string,
  bases = [small],
): readonly [code: string, place: string, severity: string][] {
  const lines = good.split('\n')
  lines[line - 1] = text
  return told([{ file, text: lines.join('\n') }, ...bases])
}

function told(files: Parameters<typeof examineRecipe>[0]): [code: string, place: string, severity: string][] {
  return examineRecipe(files).problems.map(({ code, place, severity, cure }) => {
    expect(cure, 'every problem says what to write instead').toBeTruthy()
    return [code, `${place?.file.replace('benchmarks/', '')}:${place?.line}:${place?.column}`, severity]
  })
}

test('the good one has no problem', () => {
  expect(told([{ file, text: good }, small])).toEqual([])
})

describe('one line is wrong', () => {
  test.each<[what: string, line: number, text: string, code: string, place: string]>([
    ['a misspelt key', 2, 'engin: vllm', 'unknown-key', '2:1'],
    ['a misspelt key below the server', 14, '  health-pat: /health', 'unknown-key', '14:3'],
    ['a key of a master file', 4, 'kv-offloading: none', 'unknown-key', '4:1'],
    ['an engine that nobody knows', 2, 'engine: vlm', 'wrong-value', '2:9'],
    ['a title that is a number', 1, 'title: 25', 'wrong-type', '1:8'],
    ['an empty title', 1, 'title: ""', 'out-of-bounds', '1:8'],
    ['a list where a mapping belongs', 19, '  - [kv-offloading, dram]', 'yaml-missing-char', '20:1'],
    ['a list of deadlines', 17, '  deadlines-s: [10, 20, 30, 40]', 'wrong-type', '17:16'],
    ['flags with a list as value', 11, '    --tensor-parallel-size: [1, 2]', 'wrong-type', '11:29'],
    ['a flag with a mapping as value', 11, '    --config: { a: 1 }', 'wrong-type', '11:15'],
    ['a variable that is a number', 13, '    LEVEL: 1', 'wrong-type', '13:12'],
    ['a variable that YAML takes for a boolean', 13, '    LEVEL: on', 'wrong-type', '13:12'],
    ['a version that is a number', 6, 'minimum-versions: { vllm: 0.25 }', 'wrong-type', '6:27'],
    ['a command in one string', 8, '  command: vllm serve', 'wrong-type', '8:12'],
    ['an empty command', 8, '  command: []', 'out-of-bounds', '8:12'],
    ['a shell', 8, '  command: [bash, -c, "vllm serve"]', 'shell', '8:13'],
    ['a shell by its path', 8, '  command: [/bin/sh, run.sh]', 'shell', '8:13'],
    ['an expression for the program', 8, `  command: ["\${model}"]`, 'expression-place', '8:13'],
    ['a flag without dashes', 11, `    tensor-parallel-size: \${job.tp}`, 'flag-name', '11:5'],
    ['a flag with its value in the name', 11, '    --tensor-parallel-size=8: true', 'flag-name', '11:5'],
    ['a flag with a space', 11, '    "--seed 1": true', 'flag-name', '11:5'],
    ['an expression in the name of a flag', 11, `    "--\${job.tp}": 1`, 'flag-name', '11:5'],
    ['a field that no job has', 11, `    --tensor-parallel-size: \${job.tpp}`, 'expression', '11:31'],
    ['a field without job.', 11, `    --tensor-parallel-size: \${tp}`, 'expression', '11:31'],
    ['the environment of the runner', 13, `    LEVEL: \${env.TOKEN}`, 'expression', '13:14'],
    [
      'a field that no job has, inside a text',
      11,
      `    --tensor-parallel-size: "a\${2 * job.tpp}"`,
      'expression',
      '11:37',
    ],
    ['a minus without blanks', 11, `    --tensor-parallel-size: \${job.tp-job.ep}`, 'expression', '11:31'],
    ['a calculation with a text', 11, `    --tensor-parallel-size: \${2 * model}`, 'expression-type', '11:35'],
    ['a calculation that ends too soon', 11, `    --tensor-parallel-size: \${2 *}`, 'expression-syntax', '11:34'],
    ['a function that there is not', 11, `    --tensor-parallel-size: \${flor(job.tp)}`, 'expression-syntax', '11:31'],
    ['a value that a field never has', 11, `    --x: \${job.kv-offloading == 'drum'}`, 'expression-type', '11:33'],
    ['a condition that is a number', 19, '  - if: job.conc', 'expression-type', '19:9'],
    ['a condition in braces', 19, `  - if: \${job.conc > 1}`, 'expression-syntax', '19:9'],
    ['a condition on what no job has', 19, '  - if: job.tp > 1 and job.conk > 1', 'expression', '19:24'],
    ['an acceptance of its own', 13, '    SGLANG_SIMULATE_ACC_LEN: "2.9"', 'acceptance', '13:5'],
    ['an acceptance in a text', 11, `    --spec: '{"synthetic_acceptance_length":2}'`, 'acceptance', '11:5'],
    [
      'a curve that nobody measured',
      27,
      'speculation: { curve: glm-5.2-mpt, draft-tokens: 3 }',
      'wrong-value',
      '27:23',
    ],
    [
      'more drafts than were measured',
      27,
      'speculation: { curve: glm-5.2-mtp, draft-tokens: 9 }',
      'out-of-bounds',
      '27:50',
    ],
    ['drafts without a curve', 27, 'speculation: { draft-tokens: 3 }', 'missing-key', '27:1'],
    ['a flag of its own in another spelling', 11, '    --max_num_seqs: 1\n    --max-num-seqs: 2', 'spelling', '12:5'],
    ['the short name of a flag', 11, `    --tensor-parallel-size: \${job.tp}\n    -tp: 2`, 'spelling', '12:5'],
    ['a variant in another spelling', 21, '      --tensor_parallel_size: 2', 'spelling', '21:7'],
    ['no model', 8, '  command: [vllm, serve]', 'model', '7:1'],
    ['a model of another name', 8, '  command: [vllm, serve, lab/another]', 'model', '7:1'],
    ['a shell expansion', 13, `    LEVEL: \${HOME:-x}`, 'expression-syntax', '13:18'],
    ['an expression that is not closed', 11, `    --tensor-parallel-size: "\${job.tp"`, 'expression-syntax', '11:29'],
    ['an expression in the title', 1, `title: A model on \${job.gpus}`, 'expression-place', '1:8'],
    ['an expression in a path', 14, `  health-path: /health/\${port}`, 'expression-place', '14:16'],
    ['an expression in a match', 19, `  - match: { model: "\${model}" }`, 'expression-place', '19:21'],
    ['the url of the evaluation in the server', 11, `    --tensor-parallel-size: \${url}`, 'expression-place', '11:31'],
    ['the port of the server in the evaluation', 25, `    --url: http://x:\${port}`, 'expression-place', '25:23'],
    ['a line break in a word', 11, '    --tensor-parallel-size: "1\\n2"', 'control-character', '11:29'],
    ['an escape sequence in a variable', 13, '    LEVEL: "\\e[31m"', 'control-character', '13:12'],
    ['a word that turns the direction of text', 13, '    LEVEL: "a\\u202eb"', 'control-character', '13:12'],
    ['a whole number that is not exact', 11, '    --seed: 9007199254740993', 'number', '11:13'],
    ['infinity', 11, '    --seed: .inf', 'wrong-type', '11:13'],
    ['a variable with a dash', 13, '    LOG-LEVEL: INFO', 'env-name', '13:5'],
    ['a secret in a variable', 13, '    HF_TOKEN: canary-4f1c', 'secret', '13:5'],
    ['a secret in a flag', 11, '    --api-key: canary-4f1c', 'secret', '11:5'],
    ['a variable of ours', 13, '    REPRISE_LABEL: mine', 'env-name', '13:5'],
    ['a path without its slash', 14, '  health-path: health', 'url-path', '14:16'],
    ['a pattern that is none', 16, '  fatal-patterns: ["out of (memory"]', 'fatal-pattern', '16:20'],
    ['a pattern that takes forever', 16, '  fatal-patterns: ["(a+)+b"]', 'fatal-pattern', '16:20'],
    [
      'a deadline of nothing',
      17,
      '  deadlines-s: { start: 0, load: 20, ready: 30, warm: 40 }',
      'out-of-bounds',
      '17:25',
    ],
    ['a deadline that is missing', 17, '  deadlines-s: { start: 10, load: 20, ready: 30 }', 'missing-key', '17:3'],
    ['a field in match that no job has', 19, '  - match: { offloading: dram }', 'match-field', '19:14'],
    ['a field in match with job.', 19, '  - match: { job.tp: 8 }', 'match-field', '19:14'],
    ['a value that the field never has', 19, '  - match: { kv-offloading: cpu }', 'match-value', '19:29'],
    ['a number in quotes', 19, '  - match: { tp: "8" }', 'match-value', '19:18'],
    ['an empty match', 19, '  - match: {}', 'match', '19:5'],
    ['a link without https', 5, 'links: ["http://example.org"]', 'link', '5:9'],
    ['a result without https', 27, 'measured: ["runs/1"]', 'link', '27:12'],
    ['a script for a link', 5, 'links: ["javascript:alert(1)"]', 'link', '5:9'],
    ['a base that does not exist', 3, 'extends: bases/large.yaml', 'extends', '3:10'],
    ['a base out of the folder', 3, 'extends: ../secrets.yaml', 'extends', '3:10'],
    ['a base by its whole path', 3, 'extends: [/etc/passwd]', 'extends', '3:11'],
    ['itself', 3, 'extends: my.yaml', 'extends', '3:10'],
    ['an evaluation without a deadline', 26, '  env: {}', 'missing-key', '22:1'],
    ['a replay at no speed', 27, 'replay: { time-scale: 0 }', 'out-of-bounds', '27:23'],
    ['a key twice', 2, 'title: Another', 'duplicate-key', '2:1'],
    ['a tab', 13, '\tLEVEL: INFO', 'yaml-tab-as-indent', '13:1'],
  ])('%s', (_, line, text, code, place) => {
    expect(broken(line, text)).toContainEqual([code, `my.yaml:${place}`, 'error'])
  })
})

test('a secret is not told again with what is wrong about it', () => {
  for (const line of ['    HF_TOKEN: canary-4f1c', `    HF_TOKEN: "canary-4f1c \${job.tpp}"`]) {
    const { problems } = examineRecipe([{ file, text: good.replace('    LEVEL: INFO', line) }, small])
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain('canary')
  }
})

test('one mistake is one problem', () => {
  expect(broken(11, `    --tensor-parallel-size: \${job.tpp}`)).toHaveLength(1)
  expect(broken(2, 'engine: vlm')).toHaveLength(1)
  expect(broken(19, '  - match: { kv-offloading: cpu }')).toHaveLength(1)
})

test('a server that is never told its port', () => {
  expect(broken(10, '    --seed: 2')).toEqual([['port', 'my.yaml:7:1', 'error']])
})

test('drafted tokens and an acceptance length that nobody is given are only warnings', () => {
  const told = broken(27, 'speculation: { curve: glm-5.2-mtp, draft-tokens: 3 }')
  expect(told).toEqual([
    ['unused', 'my.yaml:27:1', 'warning'],
    ['unused', 'my.yaml:27:1', 'warning'],
  ])
})

test.each(['$CONC', '$(nproc)', 'a=$TP,b'])('%s, as a script has it, is only a warning', (word) => {
  expect(broken(11, `    --tensor-parallel-size: ${word}`)).toEqual([['shell-word', 'my.yaml:11:29', 'warning']])
})

test('a flag of a base in another spelling is shown where it is repeated', () => {
  const base = { file: small.file, text: 'server:\n  flags:\n    --max_num_seqs: 1\n' }
  expect(broken(11, '    --max-num-seqs: 2', [base])).toEqual([['spelling', 'my.yaml:11:5', 'error']])
  expect(broken(11, '    --max_num_seqs: null\n    --max-num-seqs: 2', [base])).toEqual([])
})

test('spellings and the model are the own affair of an engine that we do not know', () => {
  const lines = good.replace('engine: vllm', 'engine: other').replace(`, "\${model}"`, '')
  const text = lines.replace('    --port', '    -p_q: 1\n    -p-q: 2\n    --port')
  expect(told([{ file, text }, small])).toEqual([])
})

test('a mistake of a base is shown in the base', () => {
  const base = { file: small.file, text: `server:\n  flags:\n    --seed: \${job.seed}\n` }
  expect(broken(1, 'title: Still good', [base])).toEqual([['expression', 'bases/small.yaml:3:15', 'error']])
})

test('bases in a circle', () => {
  const one = { file: 'benchmarks/bases/small.yaml', text: 'extends: bases/two.yaml\n' }
  const two = { file: 'benchmarks/bases/two.yaml', text: 'extends: [bases/small.yaml]\n' }
  expect(broken(1, 'title: Still good', [one, two])).toEqual([['extends', 'bases/two.yaml:1:11', 'error']])
})

test.each([
  ['', 'wrong-type'],
  ['- a list', 'wrong-type'],
  ['just text', 'wrong-type'],
  ['{}', 'missing-key'],
  ['a: &a [*a]', 'alias'],
])('%j is no recipe', (text, code) => {
  expect(told([{ file, text }]).map(([found]) => found)).toContain(code)
})

test('messages carry no control characters, and whatever the file is, it is answered with a recipe or with errors', () => {
  const line = fc.constantFrom(...good.split('\n').slice(0, -1))
  const junk = fc.oneof(
    line,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.constantFrom('server:', '  flags: {--a: "\\u001b"}'),
  )
  fc.assert(
    fc.property(fc.array(junk, { maxLength: 30 }), (lines) => {
      const { recipe, problems } = examineRecipe([{ file, text: lines.join('\n') }, small])
      for (const { message, cure } of problems) expect(`${message}${cure}`).not.toMatch(/\p{Cc}/u)
      expect(recipe === undefined).toBe(problems.some(({ severity }) => severity === 'error'))
    }),
    { numRuns: 300 },
  )
})
