import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addOriginOptions, originOf, withoutOrigin } from './origin-options.ts'

const commit = '0123456789abcdef0123456789abcdef01234567'
const workflowRun = 'https://github.com/acme/bench/actions/runs/17/attempts/2'
const given = (...words: string[]) => {
  const command = addOriginOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} }))
  return originOf(command.parse(words, { from: 'user' }).opts())
}

test('a commit in full and the page of a run, and nothing where neither is said', () => {
  expect(given('--commit', commit, '--workflow-run', workflowRun)).toEqual({ commit, workflowRun })
  expect(given(`--commit=${commit}${commit.slice(0, 24)}`)).toEqual({ commit: `${commit}${commit.slice(0, 24)}` })
  expect(given()).toEqual({})
})

test.each([
  ['--commit', 'main'],
  ['--commit', commit.slice(1)],
  ['--commit', commit.toUpperCase()],
  ['--commit', `${commit}\n`],
  ['--workflow-run', 'https://github.com/acme/bench/actions/runs/17/attempts/2?x=<script>'],
  ['--workflow-run', 'javascript:alert(1)//actions/runs/1'],
  ['--workflow-run', 'https://github.com/acme/../bench/actions/runs/17'],
  ['--workflow-run', `${workflowRun}\u202e`],
  ['--workflow-run', `https://${'a'.repeat(400)}/acme/bench/actions/runs/17`],
])('%s %j is refused', (flag, word) => {
  expect(() => given(flag, word)).toThrow(/Write it/)
})

test('who does the same again measures from somewhere else', () => {
  const words = ['replay', '--commit', commit, '--lanes', '4', `--workflow-run=${workflowRun}`, '--commit-x']
  expect(withoutOrigin(words)).toEqual(['replay', '--lanes', '4', '--commit-x'])
})
