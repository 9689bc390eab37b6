import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
function t(e){if(e===void 0)return"";if(typeof e=="number")return String(e);let n=e.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu," "),r=/^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20|%]/u.test(n)?`'${n}`:n;return/[",;\r\n]|^\s|\s$/.test(r)?`"${r.replaceAll('"','""')}"`:r}export{t as a};
