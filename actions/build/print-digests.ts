import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { bundleActions } from './bundle-actions.ts'

// `node print-digests.ts [ROOT]`: what the build of the repository at ROOT would write, without writing it.
const { files, inputs } = await bundleActions(resolve(process.argv[2] ?? `${import.meta.dirname}/../..`))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
console.log(
  JSON.stringify({ digests: Object.fromEntries(files.map(({ name, bytes }) => [name, digest(bytes)])), inputs }),
)
