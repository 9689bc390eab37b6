import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { GITHUB_WORKSPACE, INPUT_REF: ref, INPUT_PATH: path = '', STUB_REPOSITORY: repository } = process.env
const workspace = join(GITHUB_WORKSPACE, path)
mkdirSync(workspace, { recursive: true })
const git = (...args) => execFileSync('git', args, { cwd: workspace, encoding: 'utf8', stdio: 'pipe' }).trim()

for (const entry of readdirSync(workspace)) rmSync(join(workspace, entry), { recursive: true })
const commit = commitOf(ref)
git('init', '--quiet')
// As much of it as lies in the repository itself: to check out the whole project takes a second of a processor, and a job reads a sixth of it.
git('sparse-checkout', 'set', '--no-cone', ...git('-C', repository, 'sparse-checkout', 'list').split('\n'))
// Its objects are read where they lie; nothing is copied.
writeFileSync(join(workspace, '.git/objects/info/alternates'), `${join(repository, '.git/objects')}\n`)
git('fetch', '--quiet', repository, '+refs/heads/*:refs/remotes/origin/*')
git('-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', commit)
console.log(`checked out ${commit}`)

/** Fails in words of its own: what git says has the name in it, whatever that is. */
function commitOf(name) {
  try {
    return git('-C', repository, 'rev-parse', '--verify', '--end-of-options', `${name}^{commit}`)
  } catch {
    console.log('there is no such commit')
    process.exit(1)
  }
}
