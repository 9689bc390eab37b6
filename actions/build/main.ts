import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundleActions, distFolder } from './bundle-actions.ts'
import { writeReadmes } from './write-readmes.ts'

const root = resolve(import.meta.dirname, '../..')
const dist = distFolder(root)
const { files } = await bundleActions(root)
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist, { recursive: true })
for (const { name, bytes } of files) writeFileSync(join(dist, name), bytes)
const readmes = writeReadmes(root)
const kib = Math.round(files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1024)
console.log(`actions/dist: ${files.length} files, ${kib.toLocaleString('en-US')} KiB; ${readmes} README files`)
