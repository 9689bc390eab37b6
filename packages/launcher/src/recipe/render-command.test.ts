import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jobWith, recipeWith } from './recipe.fixture.ts'
import { renderEvaluationCommand, renderServerCommand } from './render-command.ts'

function argvOf(lines: readonly string[], values: Parameters<typeof jobWith>[0] = {}): readonly string[] {
  return renderServerCommand(recipeWith(['command: [serve]', ...lines]), jobWith(values)).argv
}

const port = `  --port: \${port}`

test('flags keep their order and their types: numbers, texts, true alone, false not at all', () => {
  const lines = ['flags:', port, '  --a: 0.90', '  --b: on', '  --c: false', '  --d: text', '  -e: ""']
  expect(argvOf(lines)).toEqual(['serve', '--port', '{port}', '--a', '0.9', '--b', '--d', 'text', '-e', ''])
})

test('an expression alone keeps its type, and stands inside texts too', () => {
  const lines = ['flags:', port, `  --dp: \${job.dp-attn}`, `  --at: "tp\${job.tp}-\${job.conc}"`]
  expect(argvOf(lines)).toEqual(['serve', '--port', '{port}', '--at', 'tp2-16'])
  expect(argvOf(lines, { topology: { dpAttn: true } })).toContain('--dp')
})

test('a value that begins with a dash stays with its flag', () => {
  expect(argvOf(['flags:', port, '  --seed: -1', '  --x: "--y"'])).toEqual([
    ...['serve', '--port', '{port}'],
    ...['--seed=-1', '--x=--y'],
  ])
})

describe('variants', () => {
  const lines = [
    ...['flags:', port, '  --keep: 1', '  --drop: 2', 'env: { A: "1" }', 'when:'],
    ...[
      '- match: { kv-offloading: dram }',
      '  flags: { --keep: 3, --drop: null, --new: true }',
      '  env: { A: "2", B: "3" }',
    ],
    ...['- match: { kv-offloading: [dram, ssd], tp: 4 }', '  flags: { --keep: 4 }'],
  ]

  test('none matches', () => {
    expect(argvOf(lines)).toEqual(['serve', '--port', '{port}', '--keep', '1', '--drop', '2'])
  })

  test('one matches: it replaces, removes and adds', () => {
    const recipe = recipeWith(['command: [serve]', ...lines])
    const command = renderServerCommand(recipe, jobWith({ offloading: { tier: 'dram' } }))
    expect(command.argv).toEqual(['serve', '--port', '{port}', '--keep', '3', '--new'])
    expect(command.env).toEqual({ A: '2', B: '3' })
    expect(command.flags.find(({ name }) => name === '--new')).toMatchObject({
      variant: { 'kv-offloading': 'dram' },
      place: { file: 'benchmarks/test.yaml', line: 14 },
    })
  })

  test('all fields have to match, and the last that does wins', () => {
    expect(argvOf(lines, { offloading: { tier: 'dram' }, topology: { tp: 4 } })).toContain('4')
    expect(argvOf(lines, { offloading: { tier: 'ssd' } })).toContain('1')
  })
})

describe('what cannot be rendered is refused at its line', () => {
  test.each<[what: string, line: string, values: Parameters<typeof jobWith>[0], message: RegExp]>([
    ['a value that the job has not', `  --isl: \${job.isl}`, {}, /the job has no isl/],
    ['a line break from the row', `  --model: \${model}`, { model: 'a\nb' }, /no word of a command/],
    ['an escape sequence from the row', `  --model: \${job.model}`, { model: 'a\u001b[31m' }, /no word of a command/],
    ['a value that never ends', `  --model: \${model}`, { model: 'a'.repeat(9000) }, /no word of a command/],
    ['an acceptance that is not configured', `  --accept: \${acceptance-length}`, {}, /no acceptance-length/],
  ])('%s', (_, line, values, message) => {
    const recipe = recipeWith(['command: [serve]', 'flags:', port, line])
    expect(() => renderServerCommand(recipe, jobWith(values))).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        problems: [
          expect.objectContaining({
            message: expect.stringMatching(message),
            place: expect.objectContaining({ line: 9 }),
          }),
        ],
      }),
    )
  })

  test('a model that the program would take for a flag', () => {
    const recipe = recipeWith([`command: [serve, "\${model}"]`, 'flags:', port])
    expect(() => renderServerCommand(recipe, jobWith({ model: '--trust-remote-code' }))).toThrow(/take for a flag/)
  })
})

test('whatever the row says, the number of words stays, and no word is broken', () => {
  const recipe = recipeWith(['command: [serve]', 'flags:', port, `  --model: \${model}`, `  --name: "n-\${job.model}"`])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (model) => {
      fc.pre(!/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(model))
      const { argv } = renderServerCommand(recipe, jobWith({ model }))
      const isGlued = model.startsWith('-')
      expect(argv.slice(3)).toEqual([...(isGlued ? [`--model=${model}`] : ['--model', model]), '--name', `n-${model}`])
    }),
  )
})

test('an evaluation knows the address and the folder; without one there is none', () => {
  const lines = [
    'evaluation:',
    `  command: [lm_eval, "\${out}"]`,
    '  flags:',
    `    --url: \${url}/v1`,
    '  deadline-s: 9',
  ]
  const server = ['command: [serve]', 'flags:', port]
  const at = { url: 'http://127.0.0.1:8000', out: 'work/eval' }
  expect(renderEvaluationCommand(recipeWith(server, { lines }), jobWith(), at)?.argv).toEqual([
    ...['lm_eval', 'work/eval', '--url', 'http://127.0.0.1:8000/v1'],
  ])
  expect(renderEvaluationCommand(recipeWith(server), jobWith(), at)).toBeUndefined()
})

test('the acceptance length of the recipe reaches its variable', () => {
  const server = ['command: [serve]', 'flags:', port, `env: { ACC: "\${acceptance-length}" }`]
  const recipe = recipeWith(server, { lines: ['acceptance-length: 2.49'] })
  expect(renderServerCommand(recipe, jobWith()).env).toEqual({ ACC: '2.49' })
})
