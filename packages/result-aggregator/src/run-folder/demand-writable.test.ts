import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { demandWritable } from './demand-writable.ts'
import { makeFolder } from './make-folder.ts'
import { RunFolderError } from './run-folder.ts'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'reprise-writable-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

test('a folder that is there, or can be made with its parents, passes and is left as it was', async () => {
  await demandWritable(parent)
  await demandWritable(join(parent, 'a/b/c'))
  expect(readdirSync(parent)).toEqual([])
})

test('a file in the way is refused, and stays', async () => {
  const file = join(parent, 'file')
  writeFileSync(file, 'kept')
  for (const folder of [file, join(file, 'below')]) await expect(demandWritable(folder)).rejects.toThrow(RunFolderError)
  expect(existsSync(file)).toBe(true)
})

test('where the system makes no folders', async () => {
  if (!existsSync('/proc/self')) return
  await expect(demandWritable('/proc/nowhere/run')).rejects.toThrow(RunFolderError)
})

test('several who try beside each other what none has made yet do not stand in the way of another', async () => {
  for (let round = 0; round < 60; round += 1)
    await Promise.all(Array.from({ length: 6 }, (_, i) => demandWritable(join(parent, 'a', 'b', `shard-${i}`))))
  expect(readdirSync(parent)).toEqual([])
})

test('who makes the folder in earnest beside a try finds it as it was made', async () => {
  const folder = join(parent, 'a', 'b')
  for (let round = 0; round < 60; round += 1) {
    await Promise.all([makeFolder(folder), demandWritable(folder), demandWritable(join(folder, 'c'))])
    expect(readdirSync(folder)).toEqual([])
    rmSync(join(parent, 'a'), { recursive: true })
  }
})

test('a name that is too long for the system', async () => {
  await expect(demandWritable(join(parent, 'a', 'b'.repeat(300)))).rejects.toThrow(RunFolderError)
  expect(readdirSync(parent)).toEqual([])
})
