import { readFileSync } from 'node:fs'

const { 'INPUT_SUBJECT-CHECKSUMS': checksums } = process.env
const lines = readFileSync(checksums, 'utf8').split('\n').filter(Boolean)
const odd = lines.find((line) => !/^[0-9a-f]{64} [ *]\S/.test(line))
if (lines.length === 0 || odd !== undefined) {
  console.log(`::error::no subjects to attest${odd === undefined ? '' : `: ${odd}`}`)
  process.exitCode = 1
}
console.log(`attested ${lines.length} subjects`)
