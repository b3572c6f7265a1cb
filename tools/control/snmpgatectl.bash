# Completion of snmpgatectl for bash: subcommands, options, modes, and for unblock what is blocked.
# Sourced, or installed as /usr/share/bash-completion/completions/snmpgatectl.

_snmpgatectl() {
    # Readline takes MAC addresses and --socket=PATH apart at : and =; here they are words again.
    local -a words=()
    local i word glue=
    for ((i = 0; i <= COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $glue || $word == [:=]* ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == *[:=] ]] && glue=1 || glue=
    done
    local current=${words[-1]} tool=${words[0]}
    COMPREPLY=()

    local subcommand= socket=()
    for ((i = 1; i < ${#words[@]} - 1; ++i)); do
        case ${words[i]} in
            --socket) socket=(--socket "${words[++i]}") ;;
            --socket=*) socket=("${words[i]}") ;;
            -*) ;;
            *) [[ $subcommand ]] || subcommand=${words[i]} ;;
        esac
    done

    if [[ ${words[-2]} == --socket && ${#words[@]} -gt 2 ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    if [[ $current == --socket=* ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "${current#--socket=}")
        return
    fi

    local choices="--socket --json --help"
    case $subcommand in
        "") choices+=" --version status stats reasons block unblock mode reload records ports" ;;
        reasons) choices+=" --all" ;;
        block) choices+=" --list" ;;
        mode) choices+=" monitor prevent" ;;
        unblock)
            # One address a line in what --json prints; everything else there has a key before it.
            choices+=" $("$tool" "${socket[@]}" block --list --json 2>/dev/null |
                sed -n 's/^ *"\([0-9A-Fa-f:./]*\)",\{0,1\}$/\1/p')"
            ;;
    esac
    # Options only where one is begun, or where nothing else can stand.
    if [[ $current != -* && $choices == *" "[!-]* ]]; then
        choices=$(printf '%s\n' $choices | grep -v '^-')
    fi
    mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current")

    # Readline replaces only what stands behind the last colon.
    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
        local before=${current%"${current##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$before"}")
    fi
}
complete -F _snmpgatectl snmpgatectl
