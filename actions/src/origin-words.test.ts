import { expect, test } from 'vitest'
import { originWords } from './origin-words.ts'

const env = {
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/bench',
  GITHUB_RUN_ID: '17',
  GITHUB_RUN_ATTEMPT: '2',
}
const commit = `--commit=${env.GITHUB_SHA}`
const page = '--workflow-run=https://github.com/acme/bench/actions/runs/17/attempts/2'

test('the commit, and the run of the workflow with its attempt', () => {
  expect(originWords(env)).toEqual([commit, page])
})

test('the commit that was checked out, where another is measured than that of the event', () => {
  const other = 'f'.repeat(40)
  expect(originWords(env, other)).toEqual([`--commit=${other}`, page])
  expect(originWords(env, 'feature/x')).toEqual([page])
})

test.each([
  ['no runner', {}, []],
  ['a commit that is a branch', { ...env, GITHUB_SHA: 'main' }, [page]],
  ['words behind a commit', { ...env, GITHUB_SHA: `${env.GITHUB_SHA} --insecure` }, [page]],
  ['no number of a run', { ...env, GITHUB_RUN_ID: undefined }, [commit]],
  ['a repository that leads elsewhere', { ...env, GITHUB_REPOSITORY: 'acme/bench/../../evil' }, [commit]],
  ['a server that is no address', { ...env, GITHUB_SERVER_URL: 'javascript:alert(1)' }, [commit]],
])('of %s nothing is passed on', (_what, given, words) => {
  expect(originWords(given)).toEqual(words)
})
