import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{b as f}from"./chunk-cli-terminal-output.mjs";import{c}from"./chunk-commander-index.mjs";import{g as p}from"./chunk-safe-text-html-text.mjs";import"./chunk-joint-2.mjs";function a(e,n=""){let o=e.createHelp(),r=o.visibleCommands(e).filter(s=>e.commands.includes(s)),t=r.map(s=>({word:s.name(),about:C(s.description())})),i=o.visibleOptions(e).flatMap(s=>s.long?[O(s,s.long)]:[]),l=r.flatMap(s=>a(s,n===""?s.name():`${n} ${s.name()}`));return[{path:n,commands:t,flags:i,operands:_(e)},...l]}function O(e,n){let o=e.required||e.optional?{value:b(e)}:{};return{word:n,about:C(e.description),...o}}function b({argChoices:e,flags:n}){return e?{kind:"words",words:e}:u(/[<[](.*)[>\]]/.exec(n)?.[1]??"")}function _({registeredArguments:e}){let[n]=e;return n?n.argChoices?{kind:"words",words:n.argChoices}:u(n.name()):{kind:"nothing"}}function u(e){return{kind:/^(file|folder|path|run|captured|a|b|sweep|before|after|index)\b/.test(e)?"files":"nothing"}}var $=70;function C(e){let[n=""]=e.split(/; |: |\. |\.$/);return n.length>$?`${n.slice(0,$-3).trimEnd()}...`:n}function g(e){return`# Completion of reprise for bash, made by: reprise completion bash
_reprise() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} place='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${M(e).join(`|\\
      `)}) place="\${place:+$place }\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$place:$before" in
${k(e)}
  esac
  local words='' files=''
  case "$place" in
${e.map(({path:n,...o})=>`    ${p(n)}) words=${p(x(o).join(" "))}${o.operands.kind==="files"?" files=yes":""} ;;`).join(`
`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files && $current != -* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _reprise reprise
`}function x({commands:e,flags:n,operands:o}){let r=o.kind==="words"?o.words:[];return[...e,...n].map(({word:t})=>t).concat(r)}function M(e){return e.flatMap(({path:n,commands:o})=>o.map(({word:r})=>p(`${n} ${r}`)))}function k(e){return e.flatMap(({path:n,flags:o})=>[...Map.groupBy(o,({value:r})=>r&&P(r))].flatMap(([r,t])=>r===void 0?[]:[`    ${t.map(({word:i})=>p(`${n}:${i}`)).join("|")}) ${r} return ;;`])).join(`
`)}function P(e){return e.kind==="nothing"?"":e.kind==="words"?`COMPREPLY=($(compgen -W ${p(e.words.join(" "))} -- "$current"));`:'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"));'}function h(e){return`# Completion of reprise for fish, made by: reprise completion fish
function __reprise_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        switch "$place $word"
            case ${e.flatMap(({path:n,commands:o})=>o.map(({word:r})=>d(`${n} ${r}`))).join(" ")}
                set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
complete -c reprise -f
${e.flatMap(W).join(`
`)}
`}function W({path:e,commands:n,flags:o,operands:r}){let t=`complete -c reprise -n ${d(`__reprise_at ${d(e)}`)}`;return[...n.map(({word:i,about:l})=>`${t} -a ${d(i)} -d ${d(l)}`),...o.map(i=>`${t} ${j(i)} -d ${d(i.about)}`),...r.kind==="files"?[`${t} -F`]:[],...r.kind==="words"?[`${t} -a ${d(r.words.join(" "))}`]:[]]}function j({word:e,value:n}){let o=`-l ${d(e.replace(/^--/,""))}`;return n===void 0?o:`${o} ${R(n)}`}function R(e){return e.kind==="words"?`-x -a ${d(e.words.join(" "))}`:e.kind==="files"?"-r -F":"-x"}function d(e){return`'${e.replaceAll("\\","\\\\").replaceAll("'","\\'")}'`}function w(e){return`#compdef reprise
# Completion of reprise for zsh, made by: reprise completion zsh
_reprise() {
  local place='' word before=\${words[CURRENT-1]}
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      (${e.flatMap(({path:n,commands:o})=>o.map(({word:r})=>m(`${n} ${r}`))).join("|")}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place:$before" in
${e.flatMap(F).join(`
`)}
  esac
  case "$place" in
${e.map(n=>`    (${m(n.path)}) ${z(n)} ;;`).join(`
`)}
  esac
  return 0
}
if [[ $funcstack[1] == _reprise ]]; then _reprise "$@"; else compdef _reprise reprise; fi
`}function F({path:e,flags:n}){return[...Map.groupBy(n,({value:r})=>r&&E(r))].flatMap(([r,t])=>r===void 0?[]:[`    (${t.map(({word:i})=>m(`${e}:${i}`)).join("|")}) ${r} ;;`])}function E(e){return e.kind==="nothing"?"_message 'a value'; return 0":e.kind==="files"?"_files; return":`compadd -- ${e.words.map(m).join(" ")}; return`}function z({commands:e,flags:n,operands:o}){let r=[...e,...o.kind==="words"?o.words.map(v):[]],t=i=>i.map(({word:l,about:s})=>m(`${l}:${s}`)).join(" ");return[`if [[ $PREFIX == -* ]]; then items=(${t(n)}); _describe -o flag items`,r.length>0?`else items=(${t(r)}); _describe command items`:"",r.length===0&&o.kind==="files"?"else _files":"",r.length===0&&o.kind==="nothing"?`else items=(${t(n)}); _describe -o flag items`:"","fi"].filter(i=>i!=="").join("; ")}function v(e){return{word:e,about:""}}function m(e){return`'${e.replaceAll("'","'\\''")}'`}var y={bash:g,zsh:w,fish:h};function Z(e,{io:n}){e.command("completion").addArgument(new c("<shell>","whose script to print").choices(Object.keys(y))).description("Print a script that has your shell complete commands, flags and their values.").addHelpText("after",`
Where reprise is started by npx, give it a name of its own first, which the shell can complete:
  reprise() { npx reprise "$@"; }                      # bash, zsh
  function reprise; npx reprise $argv; end             # fish
${f("npx reprise completion bash > ~/.local/share/bash-completion/completions/reprise","npx reprise completion zsh > ~/.zfunc/_reprise      # with 'fpath+=~/.zfunc' before compinit in ~/.zshrc","npx reprise completion fish > ~/.config/fish/completions/reprise.fish")}`).action(o=>{n.stdout.write(y[o](a(e)))})}export{Z as registerCompletion};
