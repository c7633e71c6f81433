# Arrays, associative arrays, substitutions, functions, here documents, subshells, read loops.
declare -A count
declare -a lines
state=42
number() { state=$(((state * 1103515245 + 12345) % 2147483648)); }
for ((i = 0; i < 6000; ++i)); do
    number
    key=$((state % 500))
    count[$key]=$((${count[$key]:-0} + 1))
    lines[i]="line $i has $((state % 97)) ${key//1/one}"
done
echo "${#count[@]} ${#lines[@]}"
text=$(printf '%s\n' "${lines[@]}")
echo "${#text} $(md5sum <<<"$text")"
changed=${text//has/had}
echo "${#changed} $(md5sum <<<"${changed^^}")"
total=0
while read -r _ number _ value _; do total=$((total + number * value)); done <<<"$text"
echo "$total"
deep() { local n=$1 pad; printf -v pad '%*s' "$n" ''; ((n > 0)) && deep $((n - 1)) && pad+=x; return 0; }
deep 400
for i in {1..60}; do (echo "subshell $i: $( (echo nested | tr a-z A-Z) )"); done | sort | md5sum
mapfile -t again <<<"$text"
unset 'again[5]' 'lines[7]'
echo "${#again[@]} ${again[*]:100:3}"
[[ "a1b22c333" =~ ([a-z])([0-9]+)([a-z])([0-9]+) ]] && echo "${BASH_REMATCH[@]}"
wait
