import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { LineAppender } from './line-appender.ts'
import { RunFolderError } from './run-folder.ts'

const fullDisk = '/dev/full'
if (!existsSync(fullDisk)) console.warn(`NOT RUN: a full disk, ${fullDisk} is not there`)

test.skipIf(!existsSync(fullDisk))('a full disk is told at once, with what to do', async () => {
  const told = Promise.withResolvers<unknown>()
  const appender = new LineAppender(fullDisk, await open(fullDisk, 'a'), told.resolve)
  appender.append('a line')
  expect(await told.promise).toBeInstanceOf(RunFolderError)
  await expect(appender.close()).rejects.toThrow(/the disk is full\. Free some space; what was written until now/)
})
