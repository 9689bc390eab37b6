import { quoteWord } from '@reprise/safe-text'
import type { Completed, CompletedCommand } from './completion-tree.ts'

/** A script that has bash complete the words of `reprise`. */
export function renderBash(tree: readonly CompletedCommand[]): string {
  return `# Completion of reprise for bash, made by: reprise completion bash
_reprise() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} place='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${subcommands(tree).join('|\\\n      ')}) place="\${place:+$place }\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$place:$before" in
${values(tree)}
  esac
  local words='' files=''
  case "$place" in
${tree.map(({ path, ...each }) => `    ${quoteWord(path)}) words=${quoteWord(wordsOf(each).join(' '))}${each.operands.kind === 'files' ? ' files=yes' : ''} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files && $current != -* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _reprise reprise
`
}

function wordsOf({ commands, flags, operands }: Omit<CompletedCommand, 'path'>): string[] {
  const named = operands.kind === 'words' ? operands.words : []
  return [...commands, ...flags].map(({ word }) => word).concat(named)
}

/** The commands below others, as the walk along a line meets them. */
function subcommands(tree: readonly CompletedCommand[]): string[] {
  return tree.flatMap(({ path, commands }) => commands.map(({ word }) => quoteWord(`${path} ${word}`)))
}

function values(tree: readonly CompletedCommand[]): string {
  return tree
    .flatMap(({ path, flags }) =>
      [...Map.groupBy(flags, ({ value }) => value && actionOf(value))].flatMap(([action, group]) =>
        action === undefined
          ? []
          : [`    ${group.map(({ word }) => quoteWord(`${path}:${word}`)).join('|')}) ${action} return ;;`],
      ),
    )
    .join('\n')
}

function actionOf(value: Completed): string {
  if (value.kind === 'nothing') return ''
  if (value.kind === 'words') return `COMPREPLY=($(compgen -W ${quoteWord(value.words.join(' '))} -- "$current"));`
  return 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"));'
}
