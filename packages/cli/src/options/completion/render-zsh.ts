import type { Completed, CompletedCommand, CompletedWord } from './completion-tree.ts'

/** A script that has zsh complete the words of `reprise`, and say what they are. */
export function renderZsh(tree: readonly CompletedCommand[]): string {
  return `#compdef reprise
# Completion of reprise for zsh, made by: reprise completion zsh
_reprise() {
  local place='' word before=\${words[CURRENT-1]}
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      (${tree.flatMap(({ path, commands }) => commands.map(({ word }) => quoted(`${path} ${word}`))).join('|')}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place:$before" in
${tree.flatMap(valuesOf).join('\n')}
  esac
  case "$place" in
${tree.map((each) => `    (${quoted(each.path)}) ${itemsOf(each)} ;;`).join('\n')}
  esac
  return 0
}
if [[ $funcstack[1] == _reprise ]]; then _reprise "$@"; else compdef _reprise reprise; fi
`
}

function valuesOf({ path, flags }: CompletedCommand): string[] {
  const groups = Map.groupBy(flags, ({ value }) => value && actionOf(value))
  return [...groups].flatMap(([action, group]) =>
    action === undefined ? [] : [`    (${group.map(({ word }) => quoted(`${path}:${word}`)).join('|')}) ${action} ;;`],
  )
}

function actionOf(value: Completed): string {
  if (value.kind === 'nothing') return "_message 'a value'; return 0"
  return value.kind === 'files' ? '_files; return' : `compadd -- ${value.words.map(quoted).join(' ')}; return`
}

function itemsOf({ commands, flags, operands }: CompletedCommand): string {
  const words = [...commands, ...(operands.kind === 'words' ? operands.words.map(named) : [])]
  const shown = (all: readonly CompletedWord[]) => all.map(({ word, about }) => quoted(`${word}:${about}`)).join(' ')
  return [
    `if [[ $PREFIX == -* ]]; then items=(${shown(flags)}); _describe -o flag items`,
    words.length > 0 ? `else items=(${shown(words)}); _describe command items` : '',
    words.length === 0 && operands.kind === 'files' ? 'else _files' : '',
    words.length === 0 && operands.kind === 'nothing' ? `else items=(${shown(flags)}); _describe -o flag items` : '',
    'fi',
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function named(word: string): CompletedWord {
  return { word, about: '' }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
