import { expect, test } from 'vitest'
import { expansionArgv } from './expansion-argv.ts'
import { Inputs } from './inputs.ts'

const argv = (given: Record<string, string>) => expansionArgv(Inputs.parse(given))

test('inputs become the flags of their names, each value behind its own', () => {
  expect(
    argv({ 'config-keys': 'a b', 'config-files': 'x.yaml', conc: '1 4', 'duration-override': '4', trim: 'true' }),
  ).toEqual([
    'matrix',
    'test-config',
    '--as=jobs',
    '--json',
    '--config-files=x.yaml',
    '--config-keys=a',
    '--config-keys=b',
    '--conc=1',
    '--conc=4',
    '--duration-override=4',
    '--order=priority',
    '--trim',
  ])
  expect(argv({ command: 'changed', 'base-ref': 'origin/main', 'allow-empty': 'true' })).toEqual([
    'matrix',
    'changed',
    '--as=jobs',
    '--json',
    '--config-files=configs/nvidia-master.yaml',
    '--config-files=configs/amd-master.yaml',
    '--config-files=configs/local.yaml',
    '--base-ref=origin/main',
    '--order=priority',
    '--allow-empty',
  ])
})

test('no value can become a flag', () => {
  const hostile = ['--out=/etc', '-x', '$(touch', '/tmp/x)', '"', "'", ';', '::set-output', '--']
  const made = argv({ 'config-keys': hostile.join('\n'), 'runner-config': '--compat' })
  const values = made.filter((word) => word.startsWith('--config-keys=')).map((word) => word.slice(14))
  expect(values).toEqual(hostile)
  expect(made).toContain('--runner-config=--compat')
})

test('an input that the command does not know, or lacks, is told', () => {
  expect(() => argv({})).toThrow('input config-keys is required by command test-config')
  expect(() => argv({ command: 'changed' })).toThrow('input base-ref is required by command changed')
  expect(() => argv({ command: 'full-sweep', conc: '4' })).toThrow('input conc is for command test-config')
  expect(() => argv({ 'config-keys': 'a', filters: 'min-conc=4' })).toThrow('input filters is for command full-sweep')
  expect(() => argv({ 'config-keys': 'a', 'changelog-file': 'log.yaml' })).toThrow('for command changelog and changed')
})

test('filters are flags of their names, and nothing else is one', () => {
  const made = argv({
    command: 'full-sweep',
    filters: 'model-prefix=dsr1\nframework=sglang  framework=vllm max-conc=64',
  })
  expect(made.filter((word) => /^--(model|framework|max)/.test(word))).toEqual([
    '--model-prefix=dsr1',
    '--framework=sglang',
    '--framework=vllm',
    '--max-conc=64',
  ])
  for (const filters of ['out=x', 'model-prefix', 'model-prefix=', '--framework=x', 'compat', ' '])
    expect(() => argv({ command: 'full-sweep', filters }), filters).toThrow(/name=value/)
})

test('what a sweep is held to, and what it takes over', () => {
  const made = argv({
    ...{ command: 'changed', 'base-ref': 'a', 'merge-base': 'true', 'changelog-file': 'log.yaml', canary: 'without' },
    ...{ 'require-launches': 'true', 'budget-gpu-hours': '200', 'confirm-gpu-hours': '746', reuse: 'a.json b.json' },
  })
  for (const flag of [
    ...['--merge-base', '--changelog-file=log.yaml', '--canary=first', '--require-launches'],
    ...['--budget-gpu-hours=200', '--confirm-gpu-hours=746', '--reuse=a.json', '--reuse=b.json'],
  ])
    expect(made).toContain(flag)
})
