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
      variant: { match: { 'kv-offloading': 'dram' } },
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
    [
      'an acceptance that is not configured',
      `  --accept: \${acceptance-length}`,
      {},
      /the recipe has no acceptance-length/,
    ],
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

describe('speculative decoding', () => {
  const lines = ['speculation: { curve: deepseek-v4-pro-mtp, draft-tokens: 3 }']
  const server = [
    ...['command: [serve]', 'flags:', port, `  --drafts: \${draft-tokens}`],
    ...['when:', '- match: { run-eval: false }', `  env: { ACC: "\${acceptance-length}" }`],
  ]
  const evaluating = jobWith({ evaluation: { run: true } })
  const evaluatingOnly = jobWith({ evaluation: { only: true } })

  test('the golden acceptance length of the head reaches its variable', () => {
    const { argv, env } = renderServerCommand(recipeWith(server, { lines }), jobWith())
    expect(argv.slice(-2)).toEqual(['--drafts', '3'])
    expect(env).toEqual({ ACC: '2.49' })
  })

  test('and never a server whose answers are judged', () => {
    const { argv, env } = renderServerCommand(recipeWith(server, { lines }), evaluating)
    expect(argv.slice(-2)).toEqual(['--drafts', '3'])
    expect(env).toEqual({})
    const always = recipeWith(['command: [serve]', 'flags:', port, `  --acc: \${acceptance-length}`], { lines })
    for (const job of [evaluating, evaluatingOnly]) {
      expect(() => renderServerCommand(always, job)).toThrow(/test\.yaml:10:5: the job evaluates.*run-eval: false/)
    }
  })

  test.each([
    `--config: '{"synthetic_acceptance_length":2\${if(job.run-eval, 0, acceptance-length)}}'`,
    `--spec-decode-acceptance-rate: \${if(job.run-eval, 0.9, acceptance-length)}`,
    `--spec_decode_acceptance_length: \${if(job.run-eval, 2, acceptance-length)}`,
  ])('nor through an expression: %s', (flag) => {
    const recipe = recipeWith(['command: [serve]', 'flags:', port, `  ${flag}`], { lines })
    expect(renderServerCommand(recipe, jobWith()).argv.join(' ')).toMatch(/2\.49/)
    expect(() => renderServerCommand(recipe, evaluating)).toThrow(/would let its drafts pass unverified/)
  })
})

describe('calculations', () => {
  const conc = { conc: 96 }
  test.each<[what: string, written: string, words: readonly string[]]>([
    ['twice the concurrency', `\${2 * job.conc}`, ['192']],
    ['a share of it for each rank', `\${floor(2 * job.conc / job.tp)}`, ['96']],
    ['no more than a bound', `\${min(2 * job.conc, 64)}`, ['64']],
    ['whichever of two', `\${if(job.conc in [12, 16], 270, 0.75)}`, ['0.75']],
    ['a flag that is switched on', `\${job.conc > 64 and job.tp == 2}`, []],
    ['bytes for each GPU', `\${floor(2849 * 1000000000 / 8)}`, ['356125000000']],
    ['a list is several words', `\${range(4, 12, 4)}`, ['4', '8', '12']],
    ['a list inside a text has commas', `'[\${union(range(4, 12, 4), [100, 8])}]'`, ['[4,8,12,100]']],
  ])('%s', (_, written, words) => {
    expect(argvOf(['flags:', port, `  --x: ${written}`], conc)).toEqual(['serve', '--port', '{port}', '--x', ...words])
  })

  test.each<[what: string, written: string, message: RegExp]>([
    ['division by zero', `\${job.conc / (job.tp - 2)}`, /9:5: 96 is divided by zero, in .*; write if/],
    ['a number beyond the exact ones', `\${9007199254740991 * job.conc}`, /cannot be written exactly/],
    ['a list without an end', `\${range(0, 9007199254740991)}`, /2048 are the most/],
    ['a word without an end', `\${range(10000, 12000)}\${range(10000, 12000)}`, /which is no word of a command/],
    ['a list with what looks like a flag', `\${['-x']}`, /take for a flag/],
  ])('%s is refused at its line', (_, written, message) => {
    expect(() => argvOf(['flags:', port, `  --x: "${written}"`], conc)).toThrow(message)
  })

  test('a variant is for jobs that match and for which its condition holds', () => {
    const lines = [
      ...['flags:', port, 'when:', '- if: job.conc > 16', '  flags: { --large: true }'],
      ...['- match: { tp: 4 }', '  if: job.conc > 16', '  flags: { --both: true }'],
      ...['- if: job.isl == 1024 or not (job.isl == 1024)', '  flags: { --isl: true }'],
    ]
    const words = (values: Parameters<typeof jobWith>[0]) => argvOf(lines, values).slice(3)
    expect(words({ conc: 16 })).toEqual([])
    expect(words({ conc: 17 })).toEqual(['--large'])
    expect(words({ conc: 17, topology: { tp: 4 } })).toEqual(['--large', '--both'])
    expect(words({ conc: 16, inputTokens: 8192 })).toEqual(['--isl'])
  })

  test('a condition that cannot be worked out is an error, and no quiet no', () => {
    const lines = ['flags:', port, 'when:', '- if: job.conc / (job.tp - 2) > 1', '  flags: { --x: true }']
    expect(() => argvOf(lines)).toThrow(/test\.yaml:10:5: 16 is divided by zero/)
  })
})
