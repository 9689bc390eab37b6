#!/usr/bin/env node
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const major = Number(process.versions.node.split('.')[0])

if (major >= 24) {
  // Types are taken off once, and not at every start.
  module.enableCompileCache()
  const { restartForMeasuring } = await import('../src/small-young-generation.ts')
  restartForMeasuring(process.argv.slice(2))
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  runOnInstalledNode()
}

/** `npm ci` installs a Node 24 beside the project; started by an older one, hand over to it. */
function runOnInstalledNode() {
  const self = fileURLToPath(import.meta.url)
  const node = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
  if (!existsSync(node)) {
    console.error(
      `reprise needs Node 24 or newer (this is ${process.versions.node}); install it, or run 'npm ci' again.`,
    )
    process.exitCode = 2
    return
  }
  // A Ctrl-C on the terminal reaches the child too: it decides when to end, and this process waits for it.
  process.on('SIGINT', () => {})
  const child = spawnSync(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exitCode = child.status ?? 70
}
