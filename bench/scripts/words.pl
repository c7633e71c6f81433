# Counts and joins words of a text: hashes of arrays, regular expressions, string building, sorting.
use strict;
use warnings;

my (%lines_of, %count, @records);
while (my $line = <>) {
    chomp $line;
    my ($id, $group, @words) = split / /, $line;
    push @records, { id => $id, group => $group, words => [@words] };
    for my $word (@words) {
        $count{$word}++;
        push @{ $lines_of{$word} }, $. if $count{$word} < 50;
    }
}
my %pairs;
for my $record (@records) {
    my $text = join '-', map { ucfirst } @{ $record->{words} };
    $text =~ s/([aeiou])([^aeiou])/$2$1/g;
    $pairs{ substr $text, 0, 6 } .= "$record->{group},";
}
my @top = (sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count)[0 .. 20];
print "$_ $count{$_} @{ $lines_of{$_} }[0 .. 2]\n" for @top;
print scalar(keys %pairs), " ", length(join '', map { $pairs{$_} } sort keys %pairs), "\n";
