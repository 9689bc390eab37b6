import{createRequire as repriseRequire}from'node:module';const require=repriseRequire(import.meta.url);
import{a,b}from"./chunk-DCJDONKA.mjs";import"./chunk-QWPF2BYP.mjs";import"./chunk-BKK4SZBG.mjs";import"./chunk-UGFU4WV6.mjs";import"./chunk-XXVSXLYU.mjs";export{b as main,a as restartForMeasuring};
