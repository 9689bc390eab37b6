#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { flagsFor, variablesFor } from '../src/terminal/measuring-flags.mjs'

const major = Number(process.versions.node.split('.')[0])
const words = process.argv.slice(2)

if (major >= 24) {
  // Types are taken off once, and not at every start.
  module.enableCompileCache()
  const { restartForMeasuring } = await import('../src/terminal/restart-for-measuring.ts')
  restartForMeasuring(words)
  const { main } = await import('../src/main.ts')
  process.exitCode = await main(words)
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
  // The channel tells the other one when this process dies. Its flags are given here: starting itself anew, it would lose the channel.
  const child = spawn(node, [...flagsFor(words), self, ...words], {
    env: { ...variablesFor(words), ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // It decides when to end, and this process waits for it. A Ctrl-C on the terminal reaches it too, which is why it is told over the channel
  // and not by another signal: it knows then that the two are one.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      if (child.connected) child.send({ signal }, () => {})
    })
  child.once('error', (error) => {
    console.error(`reprise: ${node} cannot be started (${error.message}); run 'npm ci' again.`)
    process.exitCode = 2
  })
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  })
}
