// A server that dies: the engine model for as many milliseconds as the first argument says, then the end, without a word to its clients.
const [, , lifeMs, ...args] = process.argv
setTimeout(() => {
  console.error('CUDA error: an illegal memory access was encountered')
  process.exit(134)
}, Number(lifeMs))
process.argv = [process.execPath, 'reprise', 'serve', ...args]
await import('../../../actions/dist/reprise.mjs')
