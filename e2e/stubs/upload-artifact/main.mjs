import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const { STUB_ARTIFACTS: artifacts, INPUT_NAME: name, INPUT_PATH: path } = process.env
const input = (key) => process.env[`INPUT_${key}`]

if (!/^[\w.-]+$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of an artifact`)
// As the real one: what begins with a dot stays behind.
const isHidden = (file) => basename(file).startsWith('.')
const isFolder = existsSync(path) && statSync(path).isDirectory()
const count = isFolder ? readdirSync(path, { recursive: true }).length : existsSync(path) ? 1 : 0
if (count === 0) {
  console.log(`nothing at ${path}`)
  if (input('IF-NO-FILES-FOUND') === 'error') process.exitCode = 1
} else {
  const to = join(artifacts, name)
  if (existsSync(to) && input('OVERWRITE') !== 'true') throw new Error(`artifact ${name} is there already`)
  const part = `${to}.part-${process.pid}`
  mkdirSync(part, { recursive: true })
  if (isFolder) cpSync(path, part, { recursive: true, filter: (file) => file === path || !isHidden(file) })
  else cpSync(path, join(part, basename(path)))
  rmSync(to, { recursive: true, force: true })
  renameSync(part, to)
  console.log(`uploaded ${name}: ${count} entries`)
}
