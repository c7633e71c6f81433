<?php
// Decodes JSON records, groups, sorts and encodes them again.
$records = json_decode(file_get_contents($argv[1]), true);
$groups = [];
foreach ($records as $record) {
    $record['words'] = explode(' ', $record['name']);
    $record['text'] = strtoupper(implode('-', $record['tags'])) . md5((string) $record['id']);
    $groups[substr($record['address']['street'], 0, 3)][] = $record;
}
ksort($groups);
foreach ($groups as &$group) {
    usort($group, fn($a, $b) => [$a['score'], $a['id']] <=> [$b['score'], $b['id']]);
}
unset($group);
$text = json_encode($groups);
echo strlen($text), ' ', count($groups), ' ', md5($text), "\n";
