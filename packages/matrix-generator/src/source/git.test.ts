import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@reprise/config-file'
import { afterAll, expect, test } from 'vitest'
import { changedFiles, mergeBase, readAtRef } from './git.ts'

const folder = mkdtempSync(join(tmpdir(), 'matrix-source-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('git: what differs between two revisions, and a file as of one', () => {
  const repo = join(folder, 'repo')
  mkdirSync(join(repo, 'configs'), { recursive: true })
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: repo, stdio: 'pipe' })
  git('init', '-q', '-b', 'main')
  writeFileSync(join(repo, 'configs/a b.yaml'), 'a: 1\n')
  git('add', '.')
  git('commit', '-q', '-m', 'one')
  writeFileSync(join(repo, 'configs/a b.yaml'), 'a: 2\n')
  writeFileSync(join(repo, 'new.yaml'), 'b: 1\n')
  git('add', '.')
  git('commit', '-q', '-m', 'two')
  expect(changedFiles(repo, 'HEAD~1', 'HEAD')).toEqual(['configs/a b.yaml', 'new.yaml'])
  expect(readAtRef(repo, 'HEAD~1', 'configs/a b.yaml')).toEqual({ file: 'configs/a b.yaml', text: 'a: 1\n' })
  expect(readAtRef(repo, 'HEAD~1', 'new.yaml')).toBeUndefined()
  expect(() => changedFiles(repo, 'nowhere', 'HEAD')).toThrow(ConfigError)
  expect(() => changedFiles(repo, '--output=pwned', 'HEAD')).toThrow(ConfigError)
  expect(() => readAtRef(repo, '--help', 'new.yaml')).toThrow(ConfigError)

  // Before the first push there was nothing: all that is there now differs.
  const none = '0'.repeat(40)
  expect(changedFiles(repo, none, 'HEAD')).toEqual(['configs/a b.yaml', 'new.yaml'])
  expect(readAtRef(repo, none, 'configs/a b.yaml')).toBeUndefined()
  expect(mergeBase(repo, none, 'HEAD')).toBe(none)
  const first = String(git('rev-parse', 'HEAD~1')).trim()
  git('checkout', '-q', '-b', 'side', 'HEAD~1')
  git('commit', '-q', '--allow-empty', '-m', 'three')
  expect(mergeBase(repo, 'main', 'side')).toBe(first)
  expect(() => mergeBase(repo, '0'.repeat(39), 'side')).toThrow(ConfigError)
})
