# Associative arrays and string building over a text.
{
    for (i = 3; i <= NF; i++) {
        count[$i]++
        if (count[$i] < 30) where[$i] = where[$i] "," NR
    }
    prefix[substr($0, 1, 4)] = toupper($3) " " gensub(/[aeiou]+/, "*", "g", $0)
}
END {
    n = asorti(count, sorted)
    for (i = 1; i <= n; i += 500) print sorted[i], count[sorted[i]], length(where[sorted[i]])
    for (p in prefix) total += length(prefix[p])
    print n, total
}
