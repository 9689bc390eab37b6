import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ConfigError } from '../problem.ts'
import { readTextFiles } from './read-text-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-file-'))
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
