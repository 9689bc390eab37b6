// A server that writes its environment into its log, as some do when they start: the engine model then.
for (const [name, value] of Object.entries(process.env)) console.log(`${name}=${value}`)
process.argv = [process.execPath, 'reprise', 'serve', ...process.argv.slice(2)]
await import('../../../actions/dist/reprise.mjs')
