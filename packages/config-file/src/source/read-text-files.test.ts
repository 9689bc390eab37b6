import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { ConfigError } from '../problem.ts'
import { listYamlFiles } from './list-yaml-files.ts'
import { readTextFiles } from './read-text-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('files that cannot be read are told together', () => {
  writeFileSync(join(folder, 'good.yaml'), 'a: é\n')
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]))
  const paths = ['good.yaml', 'missing.yaml', 'latin1.yaml', '.'].map((name) => join(folder, name))
  expect(readTextFiles(paths.slice(0, 1))).toEqual([{ file: paths[0], text: 'a: é\n' }])
  expect(told(() => readTextFiles(paths))).toEqual(['does not exist', 'is not UTF-8 text', 'is not a file'])
})

describe.runIf(process.platform !== 'win32')('what is no file of a configuration', () => {
  const path = (name: string) => join(folder, name)
  writeFileSync(path('plain'), 'a: 1\n')
  execFileSync('mkfifo', [path('pipe.yaml')])
  symlinkSync('loop.yaml', path('loop.yaml'))
  writeFileSync(path('large.yaml'), '')
  truncateSync(path('large.yaml'), 4 * 1024 * 1024)

  test.each([
    ['a pipe that nobody writes into', path('pipe.yaml'), 'is not a file'],
    ['a device without end', '/dev/zero', 'is not a file'],
    ['a link to itself', path('loop.yaml'), 'is a link that leads back to itself'],
    ['a path through a file', path('plain/a.yaml'), 'leads through a file as if it were a folder'],
    ['a name too long', path('x'.repeat(300)), 'is too long for a path'],
    ['a path that is none', path('a\0b.yaml'), 'is no path'],
    ['more than any configuration', path('large.yaml'), 'has 4194304 bytes'],
  ])('%s', (_what, file, message) => {
    expect(told(() => readTextFiles([file]))).toEqual([message])
  })

  test('a file that says it is empty is read as far as it goes', () => {
    if (process.platform !== 'linux') return
    expect(readTextFiles(['/proc/self/status'])[0]?.text).toContain('Pid:')
  })

  test('a file of the kernel that waits for more is not waited for', () => {
    const program = `import(${JSON.stringify(join(import.meta.dirname, 'read-text-files.ts'))})
      .then(({ readTextFiles }) => readTextFiles(['/proc/kmsg'])).catch((error) => console.log(error.name))`
    const { error, stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: 60_000 })
    expect(error).toBeUndefined()
    expect(stdout.trim()).toBe('ConfigError')
  })

  test('a folder of YAML files is listed by name, files alone; one that is not there has none', () => {
    mkdirSync(path('recipes/c.yaml'), { recursive: true })
    execFileSync('mkfifo', [path('recipes/pipe.yaml')])
    for (const name of ['b.yaml', 'a.yaml', 'notes.md']) writeFileSync(path(`recipes/${name}`), '')
    expect(listYamlFiles(path('recipes'))).toEqual([path('recipes/a.yaml'), path('recipes/b.yaml')])
    expect(listYamlFiles(path('nowhere'))).toEqual([])
  })

  test.each([
    ['a file', 'plain', 'leads through a file as if it were a folder'],
    ['a link to itself', 'loop.yaml', 'is a link that leads back to itself'],
  ])('%s is no folder', (_what, name, message) => {
    expect(told(() => listYamlFiles(path(name)))).toEqual([message])
  })
})

/** What is told of each file, without its name. */
function told(read: () => unknown): string[] {
  try {
    read()
    return ['nothing']
  } catch (error) {
    const { problems } = error as ConfigError
    return problems.map(({ message }) => /(?:does|is|leads|has) .*/.exec(message)?.[0] ?? message)
  }
}
