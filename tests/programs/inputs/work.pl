# Hashes, strings, sorting, regular expressions, closures, deep structures, and modules in C.
use strict;
use warnings;
use Data::Dumper;
use Digest::MD5 qw(md5_hex);
use Encode;
use List::Util qw(sum shuffle reduce);
use Storable qw(freeze thaw dclone);

my $state = 42;
sub number { $state = ($state * 1103515245 + 12345) % 2147483648; return $state % $_[0]; }

my %words;
for my $i (1 .. 120_000) {
    my $word = join '', map { chr(97 + number(26)) } 1 .. 1 + number(12);
    push @{$words{substr $word, 0, 3}}, "$word:$i";
}
my $joined = join "\n", map { "$_ " . join ',', sort @{$words{$_}} } sort keys %words;
print scalar(keys %words), " ", length $joined, " ", md5_hex($joined), "\n";

my $text = $joined;
my $changes = ($text =~ s/([aeiou])([a-z]+):(\d+)/$3-$2-$1/g);
my %tail;
$tail{$1}++ while $text =~ /-([a-z])\b/g;
print "$changes ", join(' ', map { "$_=$tail{$_}" } sort keys %tail), " ", md5_hex($text), "\n";

my @tree = map { {id => $_, children => [map { {name => "n$_", data => 'x' x ($_ % 50)} } 1 .. 20]} } 1 .. 1500;
my $copy = thaw(freeze(dclone(\@tree)));
$Data::Dumper::Sortkeys = 1;
print md5_hex(Dumper($copy)), "\n";

my @closures = map { my $n = $_; sub { $n += $_[0]; $n } } 1 .. 20_000;
print sum(map { $_->(2) } @closures), "\n";
my $big = 'abc' x 3_000_000;
$big .= reverse $big;
print length($big), " ", md5_hex($big), "\n";
print md5_hex(encode('UTF-16LE', decode('UTF-8', "z\xc3\xa4h" x 50_000))), "\n";
print reduce { $a . $b } map { sprintf '%03x', number(4096) } 1 .. 200;
print "\n", scalar(`echo from a child`);
my $pid = fork // die;
if (!$pid) { my @more = map { 'y' x $_ } 1 .. 2000; exit(@more == 2000 ? 7 : 1); }
waitpid $pid, 0;
print "child ", $? >> 8, "\n";
