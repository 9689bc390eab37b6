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
  expect(() => argv({ 'config-keys': 'a', 'min-conc': '4' })).toThrow('input min-conc is for command full-sweep')
})
