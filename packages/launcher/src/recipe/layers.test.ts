import { expect, test } from 'vitest'
import { jobWith, recipeWith } from './recipe.fixture.ts'
import { renderServerCommand } from './render-command.ts'

const engine = {
  file: 'benchmarks/bases/engine.yaml',
  text: [
    'links: [https://example.org/engine]',
    'minimum-versions: { engine: "1.0", rocm: "7.0" }',
    'server:',
    '  command: [serve, --verbose]',
    `  flags: { --port: "\${port}", --gone: 1, --kept: 2, --over: 3 }`,
    '  env: { GONE: "1", KEPT: "2" }',
    '  metrics-path: /metrics',
    '  fatal-patterns: [one]',
    '  when: [{ match: { tp: 2 }, flags: { --over: 4 } }]',
    'evaluation: { command: [check], deadline-s: 5 }',
    '',
  ].join('\n'),
}

const recipe = recipeWith(
  [
    ...['command: [run]', 'flags: { --gone: null, --over: 5, --own: 6 }', 'env: { GONE: null }', 'metrics-path: null'],
    ...['fatal-patterns: [two]', 'when: [{ match: { tp: 2 }, flags: { --own: 7 } }]'],
  ],
  {
    lines: [
      ...['extends: [bases/engine.yaml]', 'links: [https://example.org/own]'],
      ...['minimum-versions: { engine: "2.0" }', 'evaluation: null'],
    ],
    bases: [engine],
  },
)

test('mappings merge, lists are appended, a command replaces, and null takes away', () => {
  expect(recipe).toMatchObject({
    bases: ['benchmarks/bases/engine.yaml'],
    links: ['https://example.org/engine', 'https://example.org/own'],
    minimumVersions: { engine: '2.0', rocm: '7.0' },
    server: { command: [{ text: 'run' }], fatalPatterns: ['one', 'two'] },
  })
  expect(renderServerCommand(recipe, jobWith()).env).toEqual({ KEPT: '2' })
  expect(recipe.evaluation).toBeUndefined()
  expect(recipe.server.metricsPath).toBeUndefined()
})

test('variants of the base come before those of the recipe, and both after all flags', () => {
  const { argv } = renderServerCommand(recipe, jobWith())
  expect(argv).toEqual(['run', '--port', '{port}', '--kept', '2', '--over', '4', '--own', '7'])
})

test('each flag knows the file that says it', () => {
  const { flags } = renderServerCommand(recipe, jobWith({ topology: { tp: 4 } }))
  expect(flags.map(({ name, place }) => `${name} ${place?.file}:${place?.line}`)).toEqual([
    '--port benchmarks/bases/engine.yaml:5',
    '--kept benchmarks/bases/engine.yaml:5',
    '--over benchmarks/test.yaml:11',
    '--own benchmarks/test.yaml:11',
  ])
})

test('a base that two others extend is laid down once, and undoes neither', () => {
  const file = (name: string, lines: readonly string[]) => ({
    file: `benchmarks/bases/${name}.yaml`,
    text: `${lines.join('\n')}\n`,
  })
  const bases = [
    file('common', ['server:', `  flags: { --port: "\${port}", --a: 0, --b: 0 }`, '  fatal-patterns: [common]']),
    file('a', ['extends: bases/common.yaml', 'server: { flags: { --a: 1 } }']),
    file('b', ['extends: bases/common.yaml', 'server: { flags: { --b: 2 } }']),
  ]
  const both = recipeWith(['command: [run]'], { lines: ['extends: [bases/a.yaml, bases/b.yaml, bases/a.yaml]'], bases })
  expect(both.bases).toEqual(['benchmarks/bases/common.yaml', 'benchmarks/bases/a.yaml', 'benchmarks/bases/b.yaml'])
  expect(renderServerCommand(both, jobWith()).argv).toEqual(['run', '--port', '{port}', '--a', '1', '--b', '2'])
})
