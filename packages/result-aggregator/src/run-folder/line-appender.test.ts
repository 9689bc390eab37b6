import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LineAppender, openLineAppender } from './line-appender.ts'
import { RunFolderError } from './run-folder.ts'

test('a write that fails is told at once, ends the writing, and is thrown at the end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-lines-'))
  const path = join(folder, 'lines')
  await writeFile(path, '')
  const heard: unknown[] = []
  const told = Promise.withResolvers<void>()
  // A file opened for reading refuses every write.
  const appender = new LineAppender(path, await open(path, 'r'), (error) => {
    heard.push(error)
    told.resolve()
  })
  appender.append('x'.repeat(300_000))
  await told.promise
  appender.append('more')
  await expect(appender.close()).rejects.toThrow(RunFolderError)
  expect(heard).toHaveLength(1)
  expect(heard[0]).toMatchObject({ file: path, message: expect.stringContaining('Check the disk') })
  await rm(folder, { recursive: true })
})

test('a file that cannot be opened', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-lines-'))
  await expect(openLineAppender(join(folder, 'missing', 'lines'))).rejects.toThrow(/no such file/)
  await rm(folder, { recursive: true })
})
