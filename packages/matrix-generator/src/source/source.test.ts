import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ConfigError } from '../problem.ts'
import { changedFiles, readAtRef } from './git.ts'
import { readTextFiles } from './read-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'matrix-source-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('files that cannot be read are told together', () => {
  writeFileSync(join(folder, 'good.yaml'), 'a: é\n')
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]))
  const paths = ['good.yaml', 'missing.yaml', 'latin1.yaml', '.'].map((name) => join(folder, name))
  expect(readTextFiles(paths.slice(0, 1))).toEqual([{ file: paths[0], text: 'a: é\n' }])
  try {
    readTextFiles(paths)
    expect.unreachable()
  } catch (error) {
    expect(
      (error as ConfigError).problems.map(({ message }) => message.replace(folder, '').split(' ').slice(1).join(' ')),
    ).toEqual(['does not exist', 'is not UTF-8 text', 'is not a file'])
  }
})

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
})
