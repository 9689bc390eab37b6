import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{b as $}from"./chunk-cli-terminal-output.mjs";import{a as f}from"./chunk-cli-options-command-notes.mjs";import{c}from"./chunk-commander-index.mjs";import{g as p}from"./chunk-safe-text-html-text.mjs";import"./chunk-joint-2.mjs";function a(e,n=""){let o=e.createHelp(),r=o.visibleCommands(e).filter(s=>e.commands.includes(s)),t=r.map(s=>({word:s.name(),about:g(s.description())})),i=o.visibleOptions(e).flatMap(s=>s.long?[b(s,s.long)]:[]),m=r.flatMap(s=>a(s,n===""?s.name():`${n} ${s.name()}`));return[{path:n,commands:t,flags:i,operands:x(e)},...m]}function b(e,n){let o=e.required||e.optional?{value:_(e)}:{};return{word:n,about:g(e.description),...o}}function _({argChoices:e,flags:n}){return e?{kind:"words",words:e}:C(/[<[](.*)[>\]]/.exec(n)?.[1]??"")}function x({registeredArguments:e}){let[n]=e;return n?n.argChoices?{kind:"words",words:n.argChoices}:C(n.name()):{kind:"nothing"}}function C(e){return{kind:/^(file|folder|path|run|captured|a|b|sweep|before|after|index)\b/.test(e)?"files":"nothing"}}var u=70;function g(e){let[n=""]=e.split(/; |: |\. |\.$/);return n.length>u?`${n.slice(0,u-3).trimEnd()}...`:n}function h(e){return`# Completion of reprise for bash, made by: reprise completion bash
_reprise() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} place='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${k(e).join(`|\\
      `)}) place="\${place:+$place }\${COMP_WORDS[i]}" ;;
    esac
  done
  COMPREPLY=()
  case "$place:$before" in
${W(e)}
  esac
  local words='' files=''
  case "$place" in
${e.map(({path:n,...o})=>`    ${p(n)}) words=${p(M(o).join(" "))}${o.operands.kind==="files"?" files=yes":""} ;;`).join(`
`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files && $current != -* ]]; then
    compopt -o filenames 2>/dev/null
    COMPREPLY+=($(compgen -f -- "$current"))
  fi
}
complete -F _reprise reprise
`}function M({commands:e,flags:n,operands:o}){let r=o.kind==="words"?o.words:[];return[...e,...n].map(({word:t})=>t).concat(r)}function k(e){return e.flatMap(({path:n,commands:o})=>o.map(({word:r})=>p(`${n} ${r}`)))}function W(e){return e.flatMap(({path:n,flags:o})=>[...Map.groupBy(o,({value:r})=>r&&j(r))].flatMap(([r,t])=>r===void 0?[]:[`    ${t.map(({word:i})=>p(`${n}:${i}`)).join("|")}) ${r} return ;;`])).join(`
`)}function j(e){return e.kind==="nothing"?"":e.kind==="words"?`COMPREPLY=($(compgen -W ${p(e.words.join(" "))} -- "$current"));`:'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"));'}function w(e){return`# Completion of reprise for fish, made by: reprise completion fish
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
${e.flatMap(P).join(`
`)}
`}function P({path:e,commands:n,flags:o,operands:r}){let t=`complete -c reprise -n ${d(`__reprise_at ${d(e)}`)}`;return[...n.map(({word:i,about:m})=>`${t} -a ${d(i)} -d ${d(m)}`),...o.map(i=>`${t} ${R(i)} -d ${d(i.about)}`),...r.kind==="files"?[`${t} -F`]:[],...r.kind==="words"?[`${t} -a ${d(r.words.join(" "))}`]:[]]}function R({word:e,value:n}){let o=`-l ${d(e.replace(/^--/,""))}`;return n===void 0?o:`${o} ${F(n)}`}function F(e){return e.kind==="words"?`-x -a ${d(e.words.join(" "))}`:e.kind==="files"?"-r -F":"-x"}function d(e){return`'${e.replaceAll("\\","\\\\").replaceAll("'","\\'")}'`}function y(e){return`#compdef reprise
# Completion of reprise for zsh, made by: reprise completion zsh
_reprise() {
  local place='' word before=\${words[CURRENT-1]}
  local -a items
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      (${e.flatMap(({path:n,commands:o})=>o.map(({word:r})=>l(`${n} ${r}`))).join("|")}) place="\${place:+$place }$word" ;;
    esac
  done
  case "$place:$before" in
${e.flatMap(E).join(`
`)}
  esac
  case "$place" in
${e.map(n=>`    (${l(n.path)}) ${D(n)} ;;`).join(`
`)}
  esac
  return 0
}
if [[ $funcstack[1] == _reprise ]]; then _reprise "$@"; else compdef _reprise reprise; fi
`}function E({path:e,flags:n}){return[...Map.groupBy(n,({value:r})=>r&&z(r))].flatMap(([r,t])=>r===void 0?[]:[`    (${t.map(({word:i})=>l(`${e}:${i}`)).join("|")}) ${r} ;;`])}function z(e){return e.kind==="nothing"?"_message 'a value'; return 0":e.kind==="files"?"_files; return":`compadd -- ${e.words.map(l).join(" ")}; return`}function D({commands:e,flags:n,operands:o}){let r=[...e,...o.kind==="words"?o.words.map(v):[]],t=i=>i.map(({word:m,about:s})=>l(`${m}:${s}`)).join(" ");return[`if [[ $PREFIX == -* ]]; then items=(${t(n)}); _describe -o flag items`,r.length>0?`else items=(${t(r)}); _describe command items`:"",r.length===0&&o.kind==="files"?"else _files":"",r.length===0&&o.kind==="nothing"?`else items=(${t(n)}); _describe -o flag items`:"","fi"].filter(i=>i!=="").join("; ")}function v(e){return{word:e,about:""}}function l(e){return`'${e.replaceAll("'","'\\''")}'`}var O={bash:h,zsh:y,fish:w};function V(e,{io:n}){e.command("completion").addArgument(new c("<shell>","whose script to print").choices(Object.keys(O))).description(f.completion.about).addHelpText("after",`
Where reprise is started by npx, give it a name of its own first, which the shell can complete:
  reprise() { npx reprise "$@"; }                      # bash, zsh
  function reprise; npx reprise $argv; end             # fish
${$("npx reprise completion bash > ~/.local/share/bash-completion/completions/reprise","npx reprise completion zsh > ~/.zfunc/_reprise      # with 'fpath+=~/.zfunc' before compinit in ~/.zshrc","npx reprise completion fish > ~/.config/fish/completions/reprise.fish")}`).action(o=>{n.stdout.write(O[o](a(e)))})}export{V as registerCompletion};
