import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'

const { STUB_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATTERN: pattern, INPUT_PATH: path } = process.env

mkdirSync(path, { recursive: true })
if (name) {
  if (!existsSync(join(artifacts, name))) throw new Error(`there is no artifact ${name}`)
  cpSync(join(artifacts, name), path, { recursive: true })
} else {
  const names = readdirSync(artifacts).filter((each) => matchesGlob(each, pattern) && !each.includes('.part-'))
  // As the real one: a folder for each.
  for (const each of names) cpSync(join(artifacts, each), join(path, each), { recursive: true })
  console.log(`downloaded ${names.length}: ${names.join(' ')}`)
}
