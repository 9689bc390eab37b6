import { Argument, type Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { completionTree } from '../options/completion/completion-tree.ts'
import { renderBash } from '../options/completion/render-bash.ts'
import { renderFish } from '../options/completion/render-fish.ts'
import { renderZsh } from '../options/completion/render-zsh.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { examples } from '../terminal/output.ts'

const scripts = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const

/** `reprise completion SHELL`: what has a shell complete commands, flags and their values. */
export function registerCompletion(program: Command, { io }: CommandContext): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose script to print').choices(Object.keys(scripts)))
    .description(commandNotes.completion.about)
    .addHelpText(
      'after',
      `
Where reprise is started by npx, give it a name of its own first, which the shell can complete:
  reprise() { npx reprise "$@"; }                      # bash, zsh
  function reprise; npx reprise $argv; end             # fish
${examples(
  'npx reprise completion bash > ~/.local/share/bash-completion/completions/reprise',
  "npx reprise completion zsh > ~/.zfunc/_reprise      # with 'fpath+=~/.zfunc' before compinit in ~/.zshrc",
  'npx reprise completion fish > ~/.config/fish/completions/reprise.fish',
)}`,
    )
    .action((shell: keyof typeof scripts) => {
      io.stdout.write(scripts[shell](completionTree(program)))
    })
}
