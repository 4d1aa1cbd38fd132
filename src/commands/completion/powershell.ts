/** For PowerShell 5 and later. Where nothing is offered it completes names of files by itself. */
import type { ShellCommand, ShellWords } from '#cli/shell-words.js';

import { firstWords, namesOf, subcommandsOf } from './command-tree.js';

export function powershellScript({ commands }: ShellWords): string {
  return `# PowerShell completion for mailcheck; made by: mailcheck completion powershell
Register-ArgumentCompleter -Native -CommandName mailcheck -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
    $flags = @{
${commands.map((command) => tableLine(command.path, command.flags.flatMap(namesOf))).join('\n')}
    }
    $others = @{
${tableLine('', firstWords(commands))}
${commands.map((command) => tableLine(command.path, [...subcommandsOf(command, commands), ...command.positionals])).join('\n')}
    }
    $values = @{
${commands.flatMap(valueLines).join('\n')}
    }
    $path = ''
    if ($words.Count -gt 2 -and $flags.ContainsKey("$($words[1]) $($words[2])")) { $path = "$($words[1]) $($words[2])" }
    elseif ($words.Count -gt 1) { $path = "$($words[1])" }
    $last = "$($words[-1])"
    $offered = $others[$path]
    if ($wordToComplete -like '--*=*') {
        $name = $wordToComplete.Split('=', 2)[0]
        $offered = $values["$path $name="] | ForEach-Object { "$name=$_" }
    }
    elseif ($last -eq '--profile') {
        $place = if ($env:MAILCHECK_HOME) { $env:MAILCHECK_HOME } elseif ($env:APPDATA) { "$env:APPDATA\\mailcheck" } elseif ($env:XDG_CONFIG_HOME -like '/*') { "$env:XDG_CONFIG_HOME/mailcheck" } else { "$HOME/.config/mailcheck" }
        $offered = if (Test-Path -LiteralPath "$place/profiles.json") { (Get-Content -Raw -LiteralPath "$place/profiles.json" | ConvertFrom-Json).profiles.PSObject.Properties.Name }
    }
    elseif ($values.ContainsKey("$path $last")) { $offered = $values["$path $last"] }
    elseif ($wordToComplete -like '-*') { $offered = $flags[$path] }
    $offered | Where-Object { $_ -and $_.StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}`;
}

function tableLine(key: string, words: readonly string[]): string {
  return `        ${quoted(key)} = @(${words.map(quoted).join(', ')})`;
}

function valueLines({ path, flags }: ShellCommand): string[] {
  return flags.flatMap((flag) => {
    const { name, takes } = flag;
    if (!('choices' in takes)) return [];
    const apart = takes.kind === 'bound' ? [] : namesOf(flag);
    const words = takes.kind === 'written' ? takes.choices.map((choice) => `${choice}=`) : takes.choices;
    return [`--${name}=`, ...apart].map((key) => tableLine(`${path} ${key}`, words));
  });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
