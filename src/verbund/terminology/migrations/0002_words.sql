-- The numbers of the concepts in whose texts a word occurs, so that what a filter finds can be counted and ordered without
-- reading the concepts. Words are compared as bytes: what begins so is a range.
create table terminology_word (
    system integer not null,
    word text collate "C" not null,
    numbers integer[] not null,
    primary key (system, word)
);
insert into terminology_word
select c.system, w.word, array_agg(c.number order by c.number)
from terminology_concept c cross join lateral (select distinct unnest(string_to_array(c.search, ' '))) w (word)
where w.word <> ''
group by c.system, w.word;

drop index terminology_concept_words;
alter table terminology_concept drop column words;
